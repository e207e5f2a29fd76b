"""A WebSocket client, as small as the tests need it (RFC 6455): texts, closes, and rude frames."""

import asyncio
import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import orjson

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
PROTOCOL = "graphql-transport-ws"


@dataclass
class Refused(Exception):
    """The server answered the upgrade with another status than 101."""

    status: int


@dataclass
class Closed(Exception):
    """The server closed the socket; 1006 where it did so without saying anything."""

    code: int
    reason: str = ""


@dataclass(slots=True)
class WebSocket:
    """One open socket."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: str | None

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        path: str = "/graphql",
        *,
        protocols: str | None = PROTOCOL,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Raises Refused where the server does not switch protocols."""
        reader, writer = await asyncio.open_connection(host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        asked = {
            "Host": f"{host}:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
            **({"Sec-WebSocket-Protocol": protocols} if protocols else {}),
            **(headers or {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
        writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        if status != 101:
            writer.close()
            raise Refused(status)
        answered = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        return cls(reader, writer, answered.get("sec-websocket-protocol"))

    async def send(self, message: object) -> None:
        await self.send_frame(TEXT, orjson.dumps(message))

    async def send_text(self, text: str) -> None:
        await self.send_frame(TEXT, text.encode())

    async def send_frame(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        size = len(payload)
        if size < 126:
            length = bytes([0x80 | size])
        elif size < 65_536:
            length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
        else:
            length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
        key = int.from_bytes(mask * (size // 4 + 1), "big") >> (8 * (4 - size % 4))
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")
        self.writer.write(bytes([0x80 | opcode]) + length + mask + masked)
        await self.writer.drain()

    async def receive(self, seconds: float = 10.0) -> Any:
        """The next message. Raises Closed, and TimeoutError where none comes."""
        async with asyncio.timeout(seconds):
            while True:
                opcode, payload = await self._frame()
                if opcode == PING:
                    await self.send_frame(PONG, payload)
                elif opcode == TEXT:
                    return orjson.loads(payload)
                elif opcode == CLOSE:
                    raise Closed(int.from_bytes(payload[:2], "big"), payload[2:].decode())

    async def closed(self, seconds: float = 10.0) -> Closed:
        """How the server closes the socket; nothing else may come before."""
        try:
            message = await self.receive(seconds)
        except Closed as closed:
            return closed
        raise AssertionError(f"not closed, but told {message}")

    async def close(self, code: int = 1000) -> None:
        with suppress(ConnectionError):
            await self.send_frame(CLOSE, code.to_bytes(2, "big"))
        self.writer.close()

    async def _frame(self) -> tuple[int, bytes]:
        try:
            head = await self.reader.readexactly(2)
            size = head[1] & 0x7F
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            return head[0] & 0xF, await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Closed(1006) from None
