"""Partner apps come to a token (RFC 6749), and what they ask is counted."""

from base64 import b64encode
from urllib.parse import quote_plus

import pytest

from auth.actor import Scope
from domain.callers.clients import ClientCredentials, register_client, revoke_client
from domain.callers.proofs import Proofs
from tests.api.callers.door import Door
from tests.domain.callers.cast import NOON
from tests.people import Company, count

SCOPES = frozenset({Scope.PERFORMANCE_READ, Scope.SALES_READ})


async def an_app(company: Company) -> ClientCredentials:
    return await register_client(
        company.actor("Adam"), name="Forecasts", scopes=SCOPES, territories=frozenset(), now=NOON
    )


def basic(client_id: object, secret: str) -> dict[str, str]:
    both = f"{quote_plus(str(client_id))}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}


def posted(app: ClientCredentials, **fields: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": str(app.client_id),
        "client_secret": app.secret,
        **fields,
    }


async def test_a_partner_app_presents_its_secret_in_either_way(
    company: Company, http: Door
) -> None:
    app = await an_app(company)

    by_form = await http.client.post("/oauth/token", data=posted(app))
    by_header = await http.client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": "sales:read"},
        headers=basic(app.client_id, app.secret),
    )

    assert by_form.headers["cache-control"] == "no-store"
    for reply, scope in ((by_form, "performance:read sales:read"), (by_header, "sales:read")):
        token = reply.json()
        access = token.pop("access_token")
        assert token == {"token_type": "Bearer", "expires_in": 600, "scope": scope}
        me = await http.me(access)
        assert me.json() == {"who": f"client_{app.client_id.client}", "roles": []}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"scope": "territories:read"}, 400, "invalid_scope"),
        ({"scope": "sales:read everything"}, 400, "invalid_scope"),
        ({"scope": "sales:read  performance:read"}, 400, "invalid_scope"),
    ],
    ids=str,
)
async def test_refusals_are_spelt_as_the_rfc_says(
    company: Company, http: Door, changes: dict[str, str], status: int, error: str
) -> None:
    app = await an_app(company)

    reply = await http.client.post("/oauth/token", data=posted(app, **changes))

    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert reply.json().keys() == {"error", "error_description"}
    assert ("www-authenticate" in reply.headers) == (status == 401)


@pytest.mark.parametrize(
    "content",
    [
        "grant_type=client_credentials&grant_type=client_credentials",
        "grant_type=client_credentials&scope=%ff",
        "&".join(f"a{number}=1" for number in range(30)),
        "grant_type=client_credentials\u00e9",
    ],
)
async def test_a_form_that_says_two_things_is_refused(http: Door, content: str) -> None:
    reply = await http.client.post(
        "/oauth/token",
        content=content.encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


async def test_a_secret_is_presented_once(company: Company, http: Door) -> None:
    app = await an_app(company)
    header = basic(app.client_id, app.secret)
    elsewhere = {"grant_type": "client_credentials", "client_id": "another"}

    for fields, sent in (
        (posted(app), header),
        (elsewhere, header),
    ):
        reply = await http.client.post("/oauth/token", data=fields, headers=sent)
        assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")
    for value in ("Basic", "Basic !!!", "Basic bm8gY29sb24=", "Bearer abc", "Basic /w=="):
        reply = await http.client.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": value},
        )
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")
        assert reply.headers["www-authenticate"].startswith("Basic ")


async def test_json_is_no_form(company: Company, http: Door) -> None:
    reply = await http.client.post("/oauth/token", json=posted(await an_app(company)))

    assert (reply.status_code, reply.json()["error"]) == (415, "invalid_request")


async def test_a_revoked_app_stops_at_its_next_request_and_has_no_session_to_end(
    company: Company, http: Door
) -> None:
    app = await an_app(company)
    access = (await http.client.post("/oauth/token", data=posted(app))).json()["access_token"]
    bearer = {"Authorization": f"Bearer {access}"}
    assert (await http.client.post("/auth/sign-out", headers=bearer)).status_code == 403
    assert (await http.me(access)).status_code == 200

    client = app.client_id.client
    await revoke_client(company.actor("Adam"), client=client, reason="Ended.", now=NOON)

    assert (await http.me(access)).status_code == 401
    assert (await http.client.post("/oauth/token", data=posted(app))).status_code == 401


async def test_use_is_counted_in_memory_and_added_up_when_the_server_ends(
    company: Company, proofs: Proofs, http: Door
) -> None:
    app = await an_app(company)
    access = (await http.client.post("/oauth/token", data=posted(app))).json()["access_token"]

    async with http.callers.running():
        for _ in range(7):
            await http.me(access)
        assert await count(company, "client_use") == 0  # a read costs no write
    await http.me(access)
    await http.callers.flush_usage()
    await http.callers.flush_usage()

    assert await count(company, "client_use", "requests = 8 and day = '2026-03-02'") == 1
