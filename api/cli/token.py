"""`attain token`: sign in as somebody of the example or of a generated company, to try requests from a
shell."""

import json
from base64 import b64encode
from http.client import HTTPConnection, HTTPException
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from api.refusal import CommandRefused


def add_to(app: typer.Typer) -> None:
    app.command("token")(token)


def token(
    who: Annotated[str, typer.Argument(help="rep, manager, comp_admin, ... or partner.")],
    organisation: Annotated[
        str, typer.Option(help="The short name of a generated company; else the example.")
    ] = "",
) -> None:
    """Print an access token of the running example, or of a generated company, good for ten minutes."""
    from api.example.sign_ins import sign_ins_file
    from api.generated.sign_ins import generated_sign_ins_file
    from api.settings import read_settings

    settings = read_settings()
    path = sign_ins_file(settings.home)
    if organisation:
        path = generated_sign_ins_file(settings.home, organisation)
    try:
        sign_ins = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        made_by = f"attain generate --slug {organisation}" if organisation else "attain demo"
        raise CommandRefused(f"There is no {path}; `{made_by}` makes it.") from None
    # A generated company is served later, and where that is the settings say, not its file.
    address = settings.issuer if organisation else sign_ins["address"]
    if who == "partner":
        typer.echo(_partner_token(address, sign_ins))
    else:
        typer.echo(_token_of(address, who, sign_ins))


def _token_of(address: str, role: str, sign_ins: dict[str, Any]) -> str:
    people = {person["role"]: person for person in sign_ins["people"]}
    if role not in people:
        raise CommandRefused(f"Nobody is {role!r}; there are {', '.join(people)} and partner.")
    sent = {name: people[role][name] for name in ("organisation", "email", "password")}
    reply = _post(
        address,
        "/auth/sign-in",
        json.dumps(sent),
        {"Content-Type": "application/json"},
    )
    return str(reply["accessToken"])


def _partner_token(address: str, sign_ins: dict[str, Any]) -> str:
    partner = sign_ins["partner"]
    basic = b64encode(f"{partner['clientId']}:{partner['clientSecret']}".encode()).decode()
    reply = _post(
        address,
        "/oauth/token",
        "grant_type=client_credentials",
        {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    return str(reply["access_token"])


def _post(address: str, path: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("POST", path, body, headers)
        reply = connection.getresponse()
        content: dict[str, Any] = json.loads(reply.read())
    except (OSError, HTTPException, ValueError):
        raise CommandRefused(
            f"Nothing answers at {address} as Attain does. Is `attain demo` or `attain serve` "
            "running, and is PORT what it was there?"
        ) from None
    finally:
        connection.close()
    if reply.status != 200:
        raise CommandRefused(content.get("message") or content.get("error_description") or body)
    return content
