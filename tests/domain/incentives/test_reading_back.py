"""What a result was worked out from is read back as it was: the same case, the same text, the same pay."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit, Opening, Paid, Scored
from domain.incentives.ranking import Place
from domain.incentives.reading_back import base_rates_of, case_of
from domain.incentives.spelling import refused, spelled
from domain.incentives.terms import Commission, CreditKind, Event, Purpose, Span
from tests.domain.incentives.plans import D, case, deal, one, plan, rates

PLAN = plan(one(Commission("revenue", rates(("0", "0.05"), ("1000", "0.1")))))
VERSION = uuid4()
decimals = st.decimals(-(10**14), 10**14, places=4)
shares = st.decimals(0, 1, places=16)
exact = st.one_of(decimals, st.fractions(max_denominator=997))
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
keys = st.sampled_from(["revenue", "units", "bikes"])
words = st.text(st.characters(codec="utf-8"), max_size=20)
credits = st.builds(
    Credit,
    id=st.uuids(),
    order=words,
    on=days,
    kind=st.sampled_from(CreditKind),
    amount=decimals,
    margin=decimals,
    quantity=decimals,
    share=shares,
    event=st.sampled_from(Event),
    counts_for=st.sampled_from([frozenset(Purpose), *(frozenset({each}) for each in Purpose)]),
    reverses=st.none() | st.uuids(),
    facts=st.dictionaries(st.sampled_from(["product.name", "account.state"]), words, max_size=2),
)
openings = st.builds(Opening, *[st.fractions(max_denominator=9973)] * 4)
cases = st.builds(
    Case,
    plan=st.just(PLAN),
    starts_on=days,
    ends_on=days,
    credits=st.lists(credits, max_size=3).map(tuple),
    target_incentive=exact,
    span_targets=st.dictionaries(st.sampled_from(Span), exact),
    quotas=st.dictionaries(keys, decimals),
    scores=st.lists(st.builds(Scored, words, exact, exact), max_size=2).map(tuple),
    facts=st.fixed_dictionaries(
        {}, optional={"hired_on": days, "days_in_role": st.integers(0, 366).map(Fraction)}
    ),
    ends=st.frozensets(st.sampled_from(Span)),
    totals=st.dictionaries(keys, decimals),
    openings=st.dictionaries(keys, openings),
    budgets=st.dictionaries(st.tuples(keys, st.uuids()), decimals, max_size=2),
    places=st.dictionaries(
        keys, st.builds(Place, st.integers(1, 50), st.integers(1, 9)), max_size=2
    ),
    originals=st.dictionaries(st.tuples(keys, st.uuids()), st.builds(Paid, decimals, exact)),
)


@settings(max_examples=25, deadline=None)
@given(cases, st.dictionaries(keys, decimals))
def test_what_is_spelled_is_read_back_the_same(spelt: Case, base_rates: dict[str, Decimal]) -> None:
    text = spelled(spelt, VERSION, base_rates).decode()

    assert case_of(text, PLAN) == spelt
    assert base_rates_of(text) == base_rates
    assert spelled(case_of(text, PLAN), VERSION, base_rates_of(text)).decode() == text


def test_what_is_read_back_pays_the_same_lines() -> None:
    now = case(PLAN, deal("a", "800.10"), deal("b", "400", kind=CreditKind.SPLIT, share=D("0.3")))

    assert calculated(case_of(spelled(now, VERSION, {}).decode(), PLAN)) == calculated(now)


def test_where_there_was_no_case_it_is_told() -> None:
    days = date(2020, 5, 1), date(2020, 5, 31)

    assert "refused" in orjson.loads(refused("There is no quota.", VERSION, days))
    assert "refused" not in orjson.loads(spelled(case(PLAN), VERSION, {}))
