import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from auth.keyring import LIFETIME, SKEW, Keyring, KeyringError
from auth.tokens import AccessToken, AccessTokens, InvalidToken
from tests.auth.conftest import AUDIENCE, ISSUER, NOON

SECOND = timedelta(seconds=1)
RUTHS = AccessToken(UUID(int=1), person=UUID(int=2), session=UUID(int=3))
ROOT = Path(__file__).parents[2]


def kids(keyring: Keyring, now: datetime) -> list[str]:
    return [key["kid"] for key in keyring.jwks(now)["keys"]]


def test_the_published_document_holds_public_halves_only(keyring: Keyring) -> None:
    document = keyring.jwks(NOON)

    assert len(document["keys"]) == 2
    for key in document["keys"]:
        assert set(key) == {"crv", "kty", "x", "kid", "alg", "use"}
        assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")


def test_rotation_promotes_the_published_next_key_and_keeps_the_old_ones_public_half(
    keyring: Keyring, tmp_path: Path
) -> None:
    current, next_ = kids(keyring, NOON)
    assert keyring.signing(NOON)[0] == current

    assert keyring.rotate(NOON)

    assert keyring.signing(NOON)[0] == next_
    promoted, fresh, retired = json.loads((tmp_path / "keys.json").read_text())["keys"]
    assert [promoted["kid"], retired["kid"]] == [next_, current]
    assert fresh["kid"] not in {current, next_}
    assert [key["state"] for key in (promoted, fresh, retired)] == ["current", "next", "retired"]
    assert ["d" in key for key in (promoted, fresh, retired)] == [True, True, False]


def test_an_old_token_lives_out_its_time_and_then_its_key_is_gone(
    keyring: Keyring, tokens: AccessTokens, tmp_path: Path
) -> None:
    old = tokens.issue(RUTHS, NOON)
    retired = keyring.signing(NOON)[0]
    keyring.rotate(NOON)
    last = NOON + LIFETIME - SECOND
    end = NOON + LIFETIME + SKEW

    assert tokens.verify(old, last) == RUTHS
    assert retired in kids(keyring, last)

    assert keyring.checking(retired, end) is None
    assert retired not in kids(keyring, end)
    keyring.rotate(end)
    assert retired not in (tmp_path / "keys.json").read_text()


def test_many_rotations_in_a_row_lose_no_token(keyring: Keyring, tokens: AccessTokens) -> None:
    issued = []
    for minute in range(10):
        now = NOON + timedelta(minutes=minute)
        issued.append(tokens.issue(RUTHS, now))
        keyring.rotate(now)

    assert all(tokens.verify(text, NOON + LIFETIME - SECOND) == RUTHS for text in issued)


def test_rotation_by_age_happens_once_however_many_ask(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    rings = [Keyring.open(path, NOON) for _ in range(8)]
    month = timedelta(days=30)
    assert not rings[0].rotate(NOON + month - SECOND, if_older_than=month)

    with ThreadPoolExecutor(8) as pool:
        turned = list(pool.map(lambda ring: ring.rotate(NOON + month, if_older_than=month), rings))

    assert sorted(turned) == [False] * 7 + [True]
    assert len({ring.signing(NOON + month)[0] for ring in rings}) == 1


def test_the_first_starters_agree_on_one_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.open(tmp_path / "keys.json", NOON), range(8)))

    assert len({tuple(kids(ring, NOON)) for ring in rings}) == 1
    assert len({ring.refresh_key(NOON) for ring in rings}) == 1


def test_rotation_leaves_the_key_of_refresh_tokens_and_replacement_changes_everything(
    keyring: Keyring, tokens: AccessTokens
) -> None:
    text, refresh_key, before = (
        tokens.issue(RUTHS, NOON),
        keyring.refresh_key(NOON),
        set(kids(keyring, NOON)),
    )
    keyring.rotate(NOON)
    assert keyring.refresh_key(NOON) == refresh_key
    assert tokens.verify(text, NOON) == RUTHS

    keyring.replace(NOON)

    assert keyring.refresh_key(NOON) != refresh_key
    assert not before & set(kids(keyring, NOON))
    with pytest.raises(InvalidToken):
        tokens.verify(text, NOON)


def test_a_look_at_the_file_happens_once_a_second_or_on_an_unknown_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    here, there = Keyring.open(path, NOON), Keyring.open(path, NOON)
    old = here.signing(NOON)[0]
    there.rotate(NOON)
    there.rotate(NOON)

    assert here.signing(NOON + SECOND / 2)[0] == old
    assert here.checking(there.signing(NOON)[0], NOON + SECOND / 2) is not None
    assert here.signing(NOON + SECOND / 2)[0] == there.signing(NOON)[0]

    there.rotate(NOON)
    assert here.signing(NOON + 2 * SECOND)[0] == there.signing(NOON)[0]


def test_the_file_is_its_owners_alone_and_refused_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keyring = Keyring.open(path, NOON)
    keyring.rotate(NOON)
    assert [f.stat().st_mode & 0o777 for f in tmp_path.iterdir()] == [0o600, 0o600]

    path.chmod(0o640)

    with pytest.raises(KeyringError, match="owner only"):
        Keyring.open(path, NOON)
    with pytest.raises(KeyringError, match="owner only"):
        keyring.signing(NOON + SECOND)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"keys": [], "refresh_key": ""}', "\0"])
def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(content)

    with pytest.raises(KeyringError, match="cannot be read"):
        Keyring.open(path, NOON)

    assert path.read_text() == content


def test_no_secret_shows_when_a_key_is_printed(keyring: Keyring, tmp_path: Path) -> None:
    written = json.loads((tmp_path / "keys.json").read_text())
    key = keyring.checking(keyring.signing(NOON)[0], NOON)

    assert "private" not in repr(key)
    assert written["keys"][0]["d"] not in repr(key)


_SERVER = f"""
import sys
from datetime import datetime
from pathlib import Path
from auth.keyring import Keyring
from auth.tokens import AccessTokens, InvalidToken

clock = datetime.fromisoformat
tokens = AccessTokens(
    Keyring.open(Path(sys.argv[1]), clock(sys.argv[2])), {ISSUER!r}, {AUDIENCE!r}
)
print("ready", flush=True)
for line in sys.stdin:
    now, token = line.split()
    try:
        print(tokens.verify(token, clock(now)).person, flush=True)
    except InvalidToken as refused:
        print(refused.reason, flush=True)
"""


def test_a_running_server_follows_a_rotation_made_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    here = Keyring.open(path, NOON)
    tokens = AccessTokens(here, ISSUER, AUDIENCE)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(path), NOON.isoformat()],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def says(token: str, now: datetime) -> str:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(f"{now.isoformat()} {token}\n")
        server.stdin.flush()
        return server.stdout.readline().strip()

    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        old = tokens.issue(RUTHS, NOON)
        assert says(old, NOON) == str(RUTHS.person)

        now = NOON + SECOND / 4  # within the second in which the server does not look
        here.rotate(now)
        here.rotate(now)
        new = tokens.issue(RUTHS, now)
        assert says(new, now) == str(RUTHS.person)
        assert says(old, now) == str(RUTHS.person)

        late = NOON + LIFETIME + 2 * SKEW
        assert says(old, late) == "kid unknown or retired"

        here.replace(late)
        assert says(tokens.issue(RUTHS, late), late) == str(RUTHS.person)
        assert says(new, late) == "kid unknown or retired"
    finally:
        server.communicate()
    assert server.returncode == 0
