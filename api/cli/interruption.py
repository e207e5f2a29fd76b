"""Ending in good order: on Ctrl-C or SIGTERM what was opened is closed."""

import asyncio
import os
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

import uvloop

from api.refusal import CommandRefused

SIGNALS = (signal.SIGINT, signal.SIGTERM)
AT_ONCE = 130


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a command to its end. A signal cancels it, and whoever waits for it hears that it was not
    done: raises CommandRefused."""
    if _is_signalled(main):
        raise CommandRefused("Stopped before it was done.")


def run_until_stopped(
    main: Coroutine[Any, Any, None], signals: Sequence[signal.Signals] = SIGNALS
) -> None:
    """Run what goes on until it is stopped, so that a signal is its proper end."""
    _is_signalled(main, signals)


def _is_signalled(
    main: Coroutine[Any, Any, None], signals: Sequence[signal.Signals] = SIGNALS
) -> bool:
    """Run to the end or to the first signal, which cancels; whether there was one.

    A second signal ends the process at once; an embedded database server then goes on running, and
    the next start attaches to it.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_until_signalled(main, signals))


async def _until_signalled(
    main: Coroutine[Any, Any, None], signals: Sequence[signal.Signals]
) -> bool:
    task = asyncio.ensure_future(main)
    signalled = False

    def on_signal() -> None:
        nonlocal signalled
        if signalled:
            os._exit(AT_ONCE)
        signalled = True
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in signals:
        loop.add_signal_handler(number, on_signal)
    try:
        await task
    except asyncio.CancelledError:
        if not signalled:
            raise
        return True
    return False
