"""People sign in, go on and sign out, over HTTP."""

import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from auth.throttle import ACCOUNT
from domain.callers.proofs import Proofs
from domain.people.actions import deactivate_person, revoke_role
from tests.api.callers.door import Door, door
from tests.api.endpoint.logs import production_logs
from tests.domain.callers.cast import PASSWORD, SECOND, give_password, new_address
from tests.people import Company, count

WRONG = "not the yellow bicycle"


async def test_a_rep_signs_in_goes_on_and_signs_out(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")

    reply = await http.sign_in(company)

    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    first = reply.json()
    assert {name: first[name] for name in ("tokenType", "expiresIn", "refreshExpiresIn")} == {
        "tokenType": "Bearer",
        "expiresIn": 600,
        "refreshExpiresIn": 30 * 86_400,
    }
    me = await http.me(first["accessToken"])
    assert me.json() == {"who": f"person_{company.ids['Rui']}", "roles": ["rep"]}

    http.clock.passes(timedelta(minutes=11))
    assert (await http.me(first["accessToken"])).status_code == 401
    second = (await http.refresh(first["refreshToken"])).json()
    assert (await http.me(second["accessToken"])).status_code == 200

    bye = await http.client.post(
        "/auth/sign-out", headers={"Authorization": f"Bearer {second['accessToken']}"}
    )
    assert (bye.status_code, bye.content) == (204, b"")
    assert bye.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert (await http.me(second["accessToken"])).status_code == 401
    assert (await http.refresh(second["refreshToken"])).status_code == 401


async def test_unknown_and_wrong_are_told_the_same_to_the_byte(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")

    replies = [
        await http.sign_in(company, password=WRONG),
        await http.sign_in(company, "Nobody"),
        await http.sign_in(company, "Sam"),  # has no password
        await http.sign_in(company, organisation="no-such-company"),
        await http.sign_in(company, organisation="No such company!"),
        await http.sign_in(company, email="\0"),
    ]

    assert {reply.status_code for reply in replies} == {401}
    assert {reply.headers["www-authenticate"] for reply in replies} == {"Bearer"}
    assert {reply.text for reply in replies} == {
        '{"error":"invalid_credentials","message":"Organisation, e-mail address and password do'
        ' not belong together."}'
    }
    assert await count(company, "session") == 0


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b'{"organisation": "a", "email": "b"}', "application/json", 400),
        (b'{"organisation": "a", "email": "b", "password": 12}', "application/json", 400),
        (b'{"organisation": "a", "email": "b", "password": ""}', "application/json", 400),
        (b'{"organisation": "a", "email": null, "password": "c"}', "application/json", 400),
        (b'{"organisation":"a","email":"b","password":"c","via":"cli"}', "application/json", 400),
        (b'{"organisation":"a","email":"b","password":"c","x":"y"}', "application/json", 400),
        (b'{"password": "\\ud800"}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 5_000, "application/json", 400),
        (b"", "application/json", 400),
        (b" " * 8_193, "application/json", 413),
        # What a form on somebody else's page can send.
        (b"organisation=a&email=b&password=c", "application/x-www-form-urlencoded", 415),
        (b'{"organisation":"a","email":"b","password":"c"}', "text/plain", 415),
        (b'{"organisation":"a","email":"b","password":"c"}', "", 415),
    ],
)
async def test_what_is_no_sign_in_is_refused_in_a_sentence(
    http: Door, content: bytes, media_type: str, status: int
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    reply = await http.client.post("/auth/sign-in", content=content, headers=headers)

    assert reply.status_code == status
    assert reply.json()["error"] == "invalid_request"
    assert reply.json()["message"].endswith(".")


async def test_signing_in_by_get_is_not_offered(http: Door) -> None:
    for path in ("/auth/sign-in", "/auth/refresh", "/auth/sign-out", "/oauth/token"):
        assert (await http.client.get(path)).status_code == 405


async def test_guessers_wait_and_are_told_how_long_in_every_process_alike(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    async with door(proofs, http.clock) as another:
        for turn in range(ACCOUNT.free):
            guess = await (http if turn % 2 else another).sign_in(company, password=WRONG)
            assert guess.status_code == 401

        waits = [await process.sign_in(company) for process in (http, another)]

    for wait in waits:
        assert (wait.status_code, wait.headers["retry-after"]) == (429, "1")
        assert wait.json()["error"] == "throttled"
    assert await count(company, "session") == 0
    http.clock.passes(SECOND)
    assert (await http.sign_in(company)).status_code == 200


async def test_what_a_caller_writes_before_our_proxy_does_not_change_their_address(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    address = new_address()
    for turn in range(20):
        await http.sign_in(company, f"guess{turn}", address=f"203.0.113.{turn}, {address}")

    assert (await http.sign_in(company, address=f"198.51.100.1, {address}")).status_code == 429


async def test_phones_that_race_keep_their_session_and_a_thief_ends_it(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    first = (await http.sign_in(company)).json()["refreshToken"]

    async with door(proofs, http.clock) as another:
        replies = await asyncio.gather(
            *((http if turn % 2 else another).refresh(first) for turn in range(6))
        )
    [second] = {reply.json()["refreshToken"] for reply in replies}
    third = (await http.refresh(second)).json()

    stolen = await http.refresh(first)
    assert stolen.status_code == 401
    assert stolen.json()["error"] == "invalid_token"
    assert (await http.refresh(third["refreshToken"])).status_code == 401
    assert (await http.me(third["accessToken"])).status_code == 401


async def test_signing_out_everywhere_ends_the_other_phone_too(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    phone, tablet = [(await http.sign_in(company)).json() for _ in range(2)]

    nothing: list[tuple[dict[str, object], int]] = [
        ({"refreshToken": "rt1.forged", "everywhere": True}, 204),
        ({"everywhere": "yes"}, 400),
        ({"everywhere": True}, 401),
    ]
    for sent, status in nothing:
        assert (await http.client.post("/auth/sign-out", json=sent)).status_code == status
    assert (await http.me(tablet["accessToken"])).status_code == 200

    sent = {"refreshToken": phone["refreshToken"], "everywhere": True}
    assert (await http.client.post("/auth/sign-out", json=sent)).status_code == 204
    assert (await http.client.post("/auth/sign-out", json=sent)).status_code == 204
    for ended in (phone, tablet):
        assert (await http.me(ended["accessToken"])).status_code == 401


async def test_one_access_token_follows_what_is_given_and_taken_meanwhile(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Mona")
    access = (await http.sign_in(company, "Mona")).json()["accessToken"]
    mona = company.ids["Mona"]
    assert (await http.me(access)).json()["roles"] == ["manager", "rep"]

    await revoke_role(company.actor("Adam"), person_id=mona, role=Role.MANAGER)
    assert (await http.me(access)).json()["roles"] == ["rep"]

    await deactivate_person(company.actor("Hal"), person_id=mona, reason="Left.")
    assert (await http.me(access)).status_code == 401
    assert (await http.sign_in(company, "Mona")).status_code == 401


async def test_the_log_holds_no_address_password_or_token(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    home = new_address()

    with production_logs() as logged:
        tokens = (await http.sign_in(company, address=home)).json()
        for _ in range(ACCOUNT.free + 1):
            await http.sign_in(company, password=WRONG)
        for access in (tokens["accessToken"] + "x", tokens["refreshToken"], "eyJ.eyJ.sig"):
            await http.me(access)
        await http.refresh(tokens["refreshToken"] + "x")

    events = [entry["event"] for entry in logged.entries]
    assert events == ["sign_in.throttled", *["access.refused"] * 3]
    secrets = [PASSWORD, WRONG, "rui@", "example.test", home, company.slug, "eyJ"]
    secrets += [tokens["accessToken"], tokens["refreshToken"]]
    assert not [secret for secret in secrets if secret in logged.getvalue()]
