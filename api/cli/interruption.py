"""Ending in good order: on Ctrl-C or SIGTERM what was opened is closed, and the exit code is 0."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

import uvloop

SIGNALS = (signal.SIGINT, signal.SIGTERM)
AT_ONCE = 130


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a command to its end or to the first signal, which cancels it.

    A second signal ends the process at once; an embedded database server then goes on running, and
    the next start attaches to it.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_signalled(main))


async def _until_signalled(main: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(main)
    signalled = False

    def on_signal() -> None:
        nonlocal signalled
        if signalled:
            os._exit(AT_ONCE)
        signalled = True
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal)
    try:
        await task
    except asyncio.CancelledError:
        if not signalled:
            raise
