"""Reading, measured side by side in one run: see benchmarks/README.md.

.venv/bin/python -m benchmarks.reads [--quick] [--json FILE] [--documents RepHome ...]
"""

import argparse
import asyncio
import json
import os
import pickle
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api.app import create
from api.settings import Settings
from benchmarks.reads import beside, report
from benchmarks.reads.asking import Callers, ask, bearer, by_hash, by_text, comparable, on_the_wire
from benchmarks.reads.beside import Beside
from benchmarks.reads.capture import Asked, Captured, Capturing
from benchmarks.reads.client import NUMBER
from benchmarks.reads.data import CHEAP, FULL, QUICK, Data, default_home, prepared
from benchmarks.reads.load import Load, wrk
from benchmarks.reads.pgbench import PgBench, find_pgbench
from benchmarks.reads.processes import ROOT, Database, Served, free_port, serve
from benchmarks.reads.ways import ALONE, EDGED, OURS, PLAIN, USUAL, Way, interleaved, ratio

DOCUMENTS = ("RepHome", "TeamPerformance", "PartnerPerformance", "CheckIn")
Body = Callable[[str, Data, str], bytes]
BUDGETS = ("organisation", "app", "partner", "person")
PLENTY = "1000000000"


class Bench:
    """Everything that runs, and what is asked of it."""

    def __init__(self, data: Data, options: argparse.Namespace, stack: ExitStack) -> None:
        self.data, self.options, self._stack = data, options, stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attain-reads-")))
        self.log = self.folder / "log"
        self.database = Database(data.home / "postgres" / _major(data) / "data")
        self.issuer = "http://localhost:8000"  # stands in every token, whoever checks it
        self.environment = {
            "ATTAIN_HOME": str(data.home),
            "ATTAIN_PUBLIC_URL": self.issuer,
            "ATTAIN_ENVIRONMENT": "production",
            **{f"ATTAIN_{name.upper()}": str(value) for name, value in CHEAP.items()},
            # A few callers ask here for thousands; that budgets hold is for the tests.
            **{f"ATTAIN_{name.upper()}_POINTS": PLENTY for name in BUDGETS},
            **{f"ATTAIN_{name.upper()}_POINTS_PER_SECOND": PLENTY for name in BUDGETS},
        }
        self.ours = self._serve(["api.cli", "serve"], port := free_port(), {"PORT": str(port)})
        self.usual = self._beside("usual", {})
        self.callers = Callers(self.ours.port, data)
        self.callers.sign_in()
        self.body, self.sent = self._how_to_send()

    def measure(self, document: str) -> dict[str, Any]:
        """All ways for one document."""
        self.callers.sign_in()
        callers = self.callers.of(document)
        asked = [Asked(self.callers.token(c), self.body(document, self.data, c)) for c in callers]
        self._compare(document, callers)
        ours = self._captured(create, (self._settings(), self.data.dsn), asked)
        usual = self._captured(beside.application, (self._described("usual", 1, {}),), self._texts(document, callers))  # fmt: skip
        ways = [
            Way(OURS, self._load(self.ours, "/graphql", asked), self.ours),
            Way(
                USUAL,
                self._load(self.usual, "/graphql", self._texts(document, callers)),
                self.usual,
            ),
        ]
        with ExitStack() as stack:
            if document != "CheckIn":
                ways += self._database_ways(document, callers, asked, ours, stack)
            interleaved(ways, self.options.rounds, self.options.seconds, self.database)
            for way in ways:
                way.load.close()
        counts = {OURS: ours, USUAL: usual}
        return {
            "callers": len(callers),
            "ways": {way.name: way.figures() for way in ways},
            "ratios": {way.name: ratio(ways[0], way) for way in ways[1:]},
            "bytes": self._bytes(asked[0]),
            "statements": {way: _statements(found) for way, found in counts.items()},
        }

    def _database_ways(
        self,
        document: str,
        callers: Sequence[str],
        asked: Sequence[Asked],
        found: Sequence[Captured],
        stack: ExitStack,
    ) -> list[Way]:
        """The same statements without GraphQL, and without a server."""
        subjects = [_subject(one.token) for one in asked]
        statements = {document: {s: one.statements for s, one in zip(subjects, found, strict=True)}}
        ways = []
        for name, way in ((PLAIN, "plain"), (EDGED, "edged")):
            served = self._beside(way, statements, stack)
            self._compare_plain(document, callers, served)
            ways.append(Way(name, self._load(served, f"/{document}", asked), served))
        program = find_pgbench()
        if program is not None:
            session = beside.session(self._described("plain", 1, {}), "attain_reader")
            each = [one.statements for one in found]
            ways.append(Way(ALONE, PgBench(program, self.data.dsn, session, each), None))
        return ways

    def _compare(self, document: str, callers: Sequence[str]) -> None:
        """Raises RuntimeError unless both ways answer every caller alike."""
        for caller in callers:
            headers = bearer(self.callers.token(caller))
            ours = ask(self.ours.port, "/graphql", self.body(document, self.data, caller), headers)
            usual = ask(self.usual.port, "/graphql", by_text(document, self.data, caller), headers)
            if comparable(ours.json) != comparable(usual.json):
                raise RuntimeError(
                    f"{document} is answered otherwise for {caller}:\n{comparable(ours.json)}\n"
                    f"{comparable(usual.json)}"
                )

    def _compare_plain(self, document: str, callers: Sequence[str], plain: Served) -> None:
        """Raises RuntimeError unless the statements answer every caller as the compiler does. While
        a request takes several statements there is nothing to compare."""
        for caller in callers:
            headers, body = (
                bearer(self.callers.token(caller)),
                self.body(document, self.data, caller),
            )
            answer = ask(plain.port, f"/{document}", body, headers)
            ours = ask(self.ours.port, "/graphql", body, headers)
            if answer.status != 200 or (answer.body[:1] == b"{" and answer.json != ours.json):
                log = self.log.read_text()[-3000:]
                raise RuntimeError(
                    f"The same SQL answers {document} otherwise: {answer.body!r}\n{log}"
                )

    def _bytes(self, asked: Asked) -> dict[str, Any]:
        """Of the first caller's answer, as it was sent."""
        found = {}
        for encoding in ("identity", "gzip", "br", "zstd"):
            headers = bearer(asked.token, **{"Accept-Encoding": encoding})
            answer = ask(self.ours.port, "/graphql", asked.body, headers)
            found[encoding if answer.encoding or encoding == "identity" else f"{encoding} (not sent)"] = answer  # fmt: skip
        body = {encoding: len(answer.body) for encoding, answer in found.items()}
        return {"body": body, "head": found["identity"].head, "least": min(body.values())}

    def _how_to_send(self) -> tuple[Body, str]:
        """By hash where the server knows our documents, else as text."""
        caller = self.callers.of("RepHome")[0]
        tried: list[tuple[Body, str]] = [(by_hash, "hashes of documents"), (by_text, "documents")]
        for body, sent in tried:
            content = body("RepHome", self.data, caller)
            answer = ask(self.ours.port, "/graphql", content, bearer(self.callers.token(caller)))
            if answer.status == 200 and "errors" not in answer.json:
                return body, sent
        log = self.log.read_text()[-3000:]
        raise RuntimeError(f"Attain does not answer RepHome: {answer.body!r}\n{log}")

    def _texts(self, document: str, callers: Sequence[str]) -> list[Asked]:
        return [Asked(self.callers.token(c), by_text(document, self.data, c)) for c in callers]

    def _load(self, served: Served, path: str, asked: Sequence[Asked]) -> Load:
        requests = [on_the_wire(path, one.token, one.body) for one in asked]
        return Load(served.port, requests, self.options.connections)

    def _captured(
        self, make: Callable[..., Any], given: tuple[Any, ...], asked: Sequence[Asked]
    ) -> Sequence[Captured]:
        """The statements of each request, from a process of its own."""
        source, target = self.folder / "asked", self.folder / "captured"
        numbered = [
            Asked(one.token, one.body.replace(NUMBER.encode(), f"{n:016d}".encode()))
            for n, one in enumerate(asked)
        ]
        source.write_bytes(pickle.dumps(Capturing(make, given, numbered)))
        arguments = [sys.executable, "-m", "benchmarks.reads.capture", str(source), str(target)]
        with self.log.open("ab") as log:
            done = subprocess.run(
                arguments, cwd=ROOT, stdout=log, stderr=subprocess.PIPE, text=True
            )
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        found: Sequence[Captured] = pickle.loads(target.read_bytes())
        return found

    def _settings(self) -> Settings:
        names = {name.removeprefix("ATTAIN_").lower(): v for name, v in self.environment.items()}
        return Settings.model_validate({**names, "DATABASE_URL": None, "worker": False})

    def _described(self, way: str, port: int, statements: Any) -> Beside:
        data = self.data
        return Beside(way, data.home, data.dsn, data.org, self.issuer, port, statements)

    def _beside(self, way: str, statements: Any, stack: ExitStack | None = None) -> Served:
        path, port = self.folder / f"{way}.pickle", free_port()
        path.write_bytes(pickle.dumps(self._described(way, port, statements)))
        return self._serve(["benchmarks.reads.beside", str(path)], port, {}, stack)

    def _serve(
        self, arguments: list[str], port: int, extra: dict[str, str], stack: ExitStack | None = None
    ) -> Served:
        served = serve(arguments, port, self.environment | extra, self.log)
        (stack or self._stack).callback(served.stop)
        return served


def _subject(token: str) -> str:
    import base64

    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["sub"])


def _statements(found: Sequence[Captured]) -> str:
    """How many a request takes, and how many messages frame them."""
    counts = sorted({len(one.statements) for one in found})
    framing = sorted({one.framing for one in found})
    shown = "-".join(map(str, {counts[0]: 0, counts[-1]: 0}))
    return shown + (f" and {framing[-1]} that frame" if framing[-1] else "")


def _major(data: Data) -> str:
    [major] = [path.name for path in (data.home / "postgres").iterdir() if path.name.isdigit()]
    return major


async def main(options: argparse.Namespace) -> None:
    sizes = QUICK if options.quick else FULL
    home = options.home or default_home(options.quick)
    async with prepared(home.resolve(), quick=options.quick, fresh=options.fresh) as data:
        figures = await asyncio.to_thread(_measured, data, options, asdict(sizes))
    print(report.as_text(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def _measured(data: Data, options: argparse.Namespace, sizes: dict[str, int]) -> dict[str, Any]:
    with ExitStack() as stack:
        bench = Bench(data, options, stack)
        documents = {}
        for document in options.documents:
            print(f"Measuring {document}.", file=sys.stderr)
            documents[document] = bench.measure(document)
        memory = {OURS: asdict(bench.ours.memory()), USUAL: asdict(bench.usual.memory())}
        figures: dict[str, Any] = {
            "machine": {
                "processors": os.cpu_count(),
                "python": platform.python_version(),
                "postgres": _major(data),
                "client": "wrk" if wrk() else "a client of our own",
            },
            "data": sizes,
            "rounds": options.rounds,
            "seconds": options.seconds,
            "connections": options.connections,
            "sent": bench.sent,
            "documents": documents,
            "memory_mb": memory,
            "left_out": [] if find_pgbench() else ["pgbench, since there is none here"],
        }
        return {**figures, "targets": [asdict(target) for target in report.targets(figures)]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.reads", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a smaller company, short rounds")
    parser.add_argument("--fresh", action="store_true", help="make the company anew")
    parser.add_argument("--home", type=Path, help="where the database is kept between runs")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--documents", nargs="+", choices=DOCUMENTS, default=DOCUMENTS)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each way in each round")
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (2.0 if options.quick else 5.0)
    return options


if __name__ == "__main__":
    asyncio.run(main(_options()))
