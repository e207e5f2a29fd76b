from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from auth.refresh import (
    GRACE,
    IDLE,
    LONGEST,
    Chain,
    InvalidRefreshToken,
    Outcome,
    RefreshToken,
    exchange,
    start,
)
from tests.auth.conftest import NOON

KEY = bytes(range(32))
ORG, FAMILY = UUID(int=1), UUID(int=2)
SECOND = timedelta(seconds=1)


def rotated(chain: Chain, token: RefreshToken, now: datetime) -> tuple[RefreshToken, Chain]:
    given = exchange(KEY, chain, token, now)
    assert given.outcome is Outcome.ROTATE
    assert given.token is not None
    return given.token, given.chain


def test_the_text_tells_the_organisation_before_anything_is_looked_up() -> None:
    token, chain = start(KEY, ORG, FAMILY, NOON)

    assert token.text.startswith(
        "rt1.00000000-0000-0000-0000-000000000001.00000000-0000-0000-0000-000000000002."
    )
    assert RefreshToken.parse(token.text, KEY) == token
    assert chain == Chain(0, token.hash, None, started=NOON, rotated=NOON)


def test_the_token_in_turn_is_exchanged_for_its_successor() -> None:
    first, chain = start(KEY, ORG, FAMILY, NOON)
    now = NOON + timedelta(days=1)

    second, after = rotated(chain, first, now)

    assert after == Chain(1, second.hash, first.hash, started=NOON, rotated=now)
    assert second.seed != first.seed


def test_two_phones_racing_get_the_same_successor_and_the_chain_moves_once() -> None:
    first, chain = start(KEY, ORG, FAMILY, NOON)
    second, chain = rotated(chain, first, NOON)

    again = exchange(KEY, chain, first, NOON + GRACE)

    assert again.outcome is Outcome.SAME_SUCCESSOR
    assert again.token == second
    assert again.chain == chain


def test_a_predecessor_later_than_its_grace_revokes_the_family_with_its_newest_token() -> None:
    first, chain = start(KEY, ORG, FAMILY, NOON)
    second, chain = rotated(chain, first, NOON)
    late = NOON + GRACE + SECOND

    reused = exchange(KEY, chain, first, late)

    assert (reused.outcome, reused.token) == (Outcome.REVOKE_FAMILY, None)
    assert reused.chain.revoked == late
    assert exchange(KEY, reused.chain, second, late).outcome is Outcome.REVOKED


def test_a_token_older_than_the_predecessor_revokes_the_family_even_within_the_grace() -> None:
    first, chain = start(KEY, ORG, FAMILY, NOON)
    second, chain = rotated(chain, first, NOON)
    _, chain = rotated(chain, second, NOON + SECOND)

    reused = exchange(KEY, chain, first, NOON + 2 * SECOND)

    assert (reused.outcome, reused.token) == (Outcome.REVOKE_FAMILY, None)


def test_a_family_ends_thirty_days_after_its_last_use() -> None:
    first, chain = start(KEY, ORG, FAMILY, NOON)

    assert exchange(KEY, chain, first, NOON + IDLE - SECOND).outcome is Outcome.ROTATE
    assert exchange(KEY, chain, first, NOON + IDLE).outcome is Outcome.EXPIRED
    assert timedelta(days=30) == IDLE


def test_a_family_in_daily_use_ends_after_ninety_days() -> None:
    token, chain = start(KEY, ORG, FAMILY, NOON)
    for day in range(1, 90):
        token, chain = rotated(chain, token, NOON + timedelta(days=day))

    assert exchange(KEY, chain, token, NOON + LONGEST - SECOND).outcome is Outcome.ROTATE
    assert exchange(KEY, chain, token, NOON + LONGEST).outcome is Outcome.EXPIRED
    assert timedelta(days=90) == LONGEST


def test_successors_cannot_be_made_without_our_key() -> None:
    first, chain = start(KEY, ORG, FAMILY, NOON)
    second, _ = rotated(chain, first, NOON)
    stranger = b"\xff" * 32

    guess = exchange(stranger, chain, first, NOON).token

    assert guess is not None
    assert guess.seed != second.seed
    with pytest.raises(InvalidRefreshToken):
        RefreshToken.parse(guess.text, KEY)


def test_a_token_without_our_seal_never_reaches_a_chain() -> None:
    token, _ = start(KEY, ORG, FAMILY, NOON)
    text = token.text
    another_org = text.replace(str(ORG), str(UUID(int=9)))
    another_family = text.replace(str(FAMILY), str(UUID(int=9)))
    changed = [
        text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        for place in range(text.rindex(".") + 1, len(text))
    ]
    shapes = ["", "rt1", text[:-1], text + "A", text + "\n", text.upper(), text + "=", "é" + text]
    retold = text.replace("rt1", "rt2")

    for forged in [another_org, another_family, *changed, *shapes, retold, text * 1000]:
        with pytest.raises(InvalidRefreshToken, match=r"^The refresh token is not valid\.$"):
            RefreshToken.parse(forged, KEY)


def test_a_printed_token_shows_no_secret() -> None:
    token, _ = start(KEY, ORG, FAMILY, NOON)

    assert repr(token) == f"RefreshToken(org={ORG!r}, family={FAMILY!r})"


class Chains(RuleBasedStateMachine):
    """Any order of exchanges and waits, against a model that simply remembers every token.

    The model's only state: the texts in the order they were given, when the newest was given, and
    whether the family was revoked.
    """

    tokens: Bundle[str] = Bundle("tokens")

    @initialize(target=tokens)
    def sign_in(self) -> str:
        self.now = NOON
        token, self.chain = start(KEY, ORG, FAMILY, self.now)
        self.given = [token.text]
        self.last_rotation = self.now
        self.revoked = False
        return token.text

    @rule(pause=st.sampled_from([0, 1, 29, 30, 31, 86_400, 29 * 86_400, 30 * 86_400]))
    def wait(self, pause: int) -> None:
        self.now += pause * SECOND

    @rule(target=tokens, text=tokens)
    def present(self, text: str) -> str | MultipleResults[str]:
        done = exchange(KEY, self.chain, RefreshToken.parse(text, KEY), self.now)
        expected, self.chain = self.expected(text), done.chain

        assert done.outcome is expected
        assert (done.token is not None) == (expected in {Outcome.ROTATE, Outcome.SAME_SUCCESSOR})
        if expected is Outcome.ROTATE:
            assert done.token is not None
            assert done.token.text not in self.given
            self.given.append(done.token.text)
            self.last_rotation = self.now
            return done.token.text
        if expected is Outcome.SAME_SUCCESSOR:
            assert done.token is not None
            assert done.token.text == self.given[-1]
        self.revoked |= expected is Outcome.REVOKE_FAMILY
        return multiple()

    @rule(target=tokens)
    def present_the_newest(self) -> str | MultipleResults[str]:
        return self.present(self.given[-1])

    def expected(self, text: str) -> Outcome:
        age = len(self.given) - 1 - self.given.index(text)
        if self.revoked:
            return Outcome.REVOKED
        if self.now - NOON >= LONGEST or self.now - self.last_rotation >= IDLE:
            return Outcome.EXPIRED
        if age == 0:
            return Outcome.ROTATE
        if age == 1 and self.now - self.last_rotation <= GRACE:
            return Outcome.SAME_SUCCESSOR
        return Outcome.REVOKE_FAMILY

    @invariant()
    def only_the_newest_token_is_current(self) -> None:
        hashes = [RefreshToken.parse(text, KEY).hash for text in self.given]
        assert self.chain.current == hashes[-1]
        assert self.chain.previous == (hashes[-2] if len(hashes) > 1 else None)
        assert self.chain.generation == len(hashes) - 1
        assert (self.chain.revoked is not None) == self.revoked


TestChains = Chains.TestCase
TestChains.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
