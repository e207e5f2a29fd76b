"""The server under Attain without Attain: an application that accepts sockets and says yes."""

from starlette.types import Receive, Scope, Send


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "websocket":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ready"})
        return
    await receive()
    await send({"type": "websocket.accept", "subprotocol": None})
    while (await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": '"yes"'})
