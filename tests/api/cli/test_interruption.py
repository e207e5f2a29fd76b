"""A command that is stopped says so to whoever waits for it; a server that is stopped just ends."""

import asyncio
import signal
import sys

import pytest

PROGRAM = """
import asyncio
from api.cli import interruption
from api.refusal import CommandRefused

async def main():
    try:
        print("begun", flush=True)
        await asyncio.Event().wait()
    finally:
        print("closed", flush=True)

try:
    interruption.{how}(main())
    print("done")
except CommandRefused as refused:
    print(refused.sentence)
"""


@pytest.mark.parametrize(
    ("how", "said"),
    [("run", "Stopped before it was done."), ("run_until_stopped", "done")],
)
async def test_only_what_runs_until_it_is_stopped_is_done_when_it_is_stopped(
    how: str, said: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM.format(how=how), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"

    process.send_signal(signal.SIGTERM)
    output, _ = await process.communicate()

    assert output.decode().splitlines() == ["closed", said]
