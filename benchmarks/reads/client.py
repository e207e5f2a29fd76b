"""A client that costs little: HTTP/1.1 over kept connections, requests made before, answers counted.

    python -m benchmarks.reads.client < job.json

It runs in a process of its own and says what it cost. At full speed each connection sends the next
request when it has the answer. At a rate, requests are due at fixed instants, and a request's time
counts from the instant at which it was due, also where it had to wait for a connection: a server
that stands still for a second is seen by all who would have come in that second.
"""

import asyncio
import json
import pickle
import resource
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

NUMBER = "@" * 16
"""Sixteen characters that the client replaces by a number of its own in every request."""
PLACE = NUMBER.encode()


@dataclass(frozen=True, slots=True)
class Job:
    """`requests` is a file of pickled requests, as they stand on the wire; `rate` in requests a
    second, or None for as fast as it goes; `name` makes numbers of this job unlike those of others."""

    port: int
    requests: str
    connections: int
    seconds: float
    rate: float | None
    name: int


@dataclass(slots=True)
class Result:
    """Times in milliseconds; `seconds` is how long was measured, `cpu` the client's own."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    bytes: int = 0
    late: float = 0.0  # how far the client itself was behind, at worst
    times: dict[str, float] = field(default_factory=dict)


class Connection(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._buffer = bytearray()
        self._length = -1
        self._begun = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(
            asyncio.Transport, transport
        )  # uvloop's own, which is one in all but name

    def connection_lost(self, _why: Exception | None) -> None:
        self._run.lost(self)

    def send(self, request: bytes, begun: float) -> None:
        self._begun = begun
        self._transport.write(request)

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._length < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            self._failed = head[9:12] not in (b"200", b"304")
            self._length = end + 4
            at = head.find(b"content-length:")
            if at >= 0:
                self._length += int(head[at + 15 :].split(b"\r\n", 1)[0])
            elif b"transfer-encoding" in head:
                raise RuntimeError("This client knows answers of a stated length only.")
        if len(self._buffer) >= self._length:
            size, self._length = self._length, -1
            self._buffer.clear()
            self._run.answered(self, self._begun, size, failed=self._failed)


class Run:
    """One job under way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._requests: list[bytes] = pickle.loads(Path(job.requests).read_bytes())
        self._numbered = any(PLACE in request for request in self._requests)
        self._sent = 0
        self._times: list[float] = []
        self._idle: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._ends = float("inf")
        self.result = Result()

    async def run(self) -> Result:
        loop = asyncio.get_running_loop()
        for _ in range(self._job.connections):
            _, made = await loop.create_connection(
                lambda: Connection(self), "127.0.0.1", self._job.port
            )
            self._idle.append(made)
        connections = list(self._idle)
        cpu, begun = time.process_time(), time.perf_counter()
        self._ends = begun + self._job.seconds
        if self._job.rate is None:
            while self._idle:
                self._send(self._idle.popleft(), time.perf_counter())
            await asyncio.sleep(self._job.seconds)
        else:
            await self._at_rate(self._job.rate, begun)
        self.result.seconds = time.perf_counter() - begun
        self.result.cpu = time.process_time() - cpu
        self._ends = 0.0
        for connection in connections:
            connection.close()
        self.result.times = _summary(self._times)
        return self.result

    async def _at_rate(self, rate: float, begun: float) -> None:
        sent, total = 0, int(rate * self._job.seconds)
        while sent < total:
            now = time.perf_counter()
            while sent < total and begun + sent / rate <= now:
                due = begun + sent / rate
                self.result.late = max(self.result.late, now - due)
                self._due.append(due)
                sent += 1
            self._send_due()
            await asyncio.sleep(max(0.0, begun + sent / rate - time.perf_counter()))
        # Those under way get their time; whoever has no answer by then is counted as failed.
        for _ in range(100):
            if not self._due and len(self._idle) == self._job.connections:
                break
            await asyncio.sleep(0.05)
        unanswered = total - self.result.answered - self.result.failed
        self.result.failed += unanswered

    def _send_due(self) -> None:
        while self._due and self._idle:
            self._send(self._idle.popleft(), self._due.popleft())

    def _send(self, connection: Connection, begun: float) -> None:
        request = self._requests[self._sent % len(self._requests)]
        self._sent += 1
        if self._numbered:
            number = f"{self._job.name:08d}{self._sent:08d}".encode()
            request = request.replace(PLACE, number)
        connection.send(request, begun)

    def answered(self, connection: Connection, begun: float, size: int, *, failed: bool) -> None:
        now = time.perf_counter()
        if now > self._ends and self._job.rate is None:
            return
        self.result.bytes += size
        if failed:
            self.result.failed += 1
        else:
            self.result.answered += 1
            self._times.append(now - begun)
        if self._job.rate is None:
            self._send(connection, now)
        else:
            self._idle.append(connection)
            self._send_due()

    def lost(self, connection: Connection) -> None:
        if self._ends:
            raise RuntimeError("The server closed a connection.")


def _summary(times: list[float]) -> dict[str, float]:
    times.sort()
    if not times:
        return {}
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999}
    found = {name: times[int((len(times) - 1) * share)] * 1000 for name, share in places.items()}
    return {**found, "max": times[-1] * 1000, "mean": sum(times) / len(times) * 1000}


def main() -> None:
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    job = Job(**json.loads(sys.stdin.read()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(Run(job).run())
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
