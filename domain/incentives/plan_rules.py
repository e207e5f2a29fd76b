"""What may be drafted, published and agreed, decided from values alone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.errors import Changed, Conflict, Faults, Invalid, NotPermitted
from domain.imports.values import FIRST_YEAR, LAST_YEAR
from domain.incentives.bounds import too_large
from domain.incentives.documents import NotAPlan, examples_of, plan_of
from domain.incentives.examples import failing
from domain.incentives.linting import linted
from domain.incentives.plan_models import OverrideKind
from domain.incentives.terms import KEY, KEYS_ARE, Commission, Plan
from domain.incentives.yaml_text import LONGEST, read, written

MOST_PEOPLE = 1_000
MOST = Decimal(10) ** 15
"""Less than this can be kept exactly."""
MONEY_PLACES, RATE_PLACES = 4, 8


class PayPlanChanged(Changed):
    kind = "pay plan"


class PlanVersionChanged(Changed):
    kind = "plan's version"


class AssignmentChanged(Changed):
    kind = "assignment"


class OverrideChanged(Changed):
    kind = "override"


class ExampleFails(Invalid):
    """A worked example is not paid as it says, so the plan is not published."""


class NotAcknowledged(Conflict):
    """Somebody has to say that they have seen what is odd about a plan before it pays."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A document that is a plan, with what is odd about it and what it pays otherwise than its
    examples say, each in a sentence."""

    plan: Plan
    terms: dict[str, Any]
    text: str
    examples: int
    findings: list[str]
    failing: list[str]


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody who is to be on a plan: a person, or whoever holds a position."""

    person_id: UUID | None = None
    target_incentive: Decimal = Decimal(0)
    position_id: UUID | None = None


def sound_plan_key(key: str) -> str:
    """The word by which a plan is named for ever. Raises Invalid."""
    if KEY.fullmatch(key) is None:
        raise Invalid(f"A key is {KEYS_ARE}.", path=("key",))
    return key


def drafted(key: str, text: str, *, currency: str | None = None) -> Drafted:
    """What a YAML text says, tried and looked through; in this currency, where one is given. Raises
    Invalid, with every fault and its place."""
    terms = dict(read(text))
    try:
        plan = plan_of(key, terms)
    except NotAPlan as refused:
        raise NotAPlan(
            [Invalid(each.message, path=("text", *each.path)) for each in refused.each]
        ) from None
    if currency is not None and plan.currency != currency:
        raise Invalid(
            f"The plan pays in {currency}, and this document is in {plan.currency}.",
            path=("text", "currency"),
        )
    kept = written(terms)
    if len(kept) > LONGEST:
        raise Invalid(
            f"Written line by line, this is longer than {LONGEST} characters.", path=("text",)
        )
    examples = examples_of(terms)
    too_much = too_large(plan, examples)
    Faults.raised([Invalid(each.message, path=("text", *each.path)) for each in too_much])
    return Drafted(
        plan=plan,
        terms=terms,
        text=kept,
        examples=len(examples),
        findings=[f"`{each.component}`: {each.sentence}" for each in linted(plan)],
        failing=[f"“{each.example}”: {each.sentence}" for each in failing(plan, examples)],
    )


def may_publish(publisher: UUID | None, writers: Collection[UUID]) -> None:
    """Raises NotPermitted for somebody who wrote any of it."""
    if publisher in writers:
        raise NotPermitted("You wrote in this version; somebody else has to publish it.")


def publishable(draft: Drafted, *, acknowledged: bool) -> None:
    """Raises Faults: every example that is not paid as it says, and, unless somebody says that they
    have seen them, everything odd about the plan."""
    refusals: list[Invalid | Conflict] = [
        ExampleFails(sentence, path=("examples",)) for sentence in draft.failing
    ]
    if not draft.examples:
        refusals.append(
            ExampleFails(
                "A plan is published with at least one worked example, which says what it is meant"
                " to pay.",
                path=("examples",),
            )
        )
    if not acknowledged:
        refusals += [NotAcknowledged(each, path=("acknowledged",)) for each in draft.findings]
    Faults.raised(refusals)


def sound_day(day: date, *, path: tuple[str, ...]) -> None:
    """Raises Invalid for a day of another age: all periods until today would be worked out."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(f"Pay is of the years {FIRST_YEAR} to {LAST_YEAR}.", path=path)


def sound_days(starts_on: date, ends_on: date | None) -> None:
    """Raises Invalid for days of another age, and those that end before they begin."""
    sound_day(starts_on, path=("startsOn",))
    if ends_on is not None:
        sound_day(ends_on, path=("endsOn",))
    if ends_on is not None and ends_on < starts_on:
        raise Invalid("It ends before it begins.", path=("endsOn",))


def not_oneself(actor: UUID | None, person: UUID | None, *, path: tuple[str, ...]) -> None:
    """Raises NotPermitted: what somebody is paid by, somebody else says."""
    if person is not None and actor == person:
        raise NotPermitted("Somebody else has to say this about your pay.", path=path)


def sound_amount(amount: Decimal, *, path: tuple[str, ...], places: int = MONEY_PLACES) -> Decimal:
    """An amount that can be kept exactly, zero or more. Raises Invalid."""
    if not amount.is_finite() or amount < 0:
        raise Invalid("This is zero or more.", path=path)
    if amount >= MOST or amount != round(amount, places):
        raise Invalid(
            f"This has at most 15 digits before the point and {places} after it.", path=path
        )
    return amount


def sound_override(kind: OverrideKind, key: str, value: Decimal, plans: Sequence[Plan]) -> Decimal:
    """The value, where a version of the plan knows what it stands in for. Raises Invalid."""
    known = {name for plan in plans for name in _overridable(plan, kind)}
    if key not in known:
        raise Invalid(_not_known(kind, key), path=("key",))
    places = RATE_PLACES if kind is OverrideKind.BASE_RATE else MONEY_PLACES
    return sound_amount(value, path=("value",), places=places)


def _overridable(plan: Plan, kind: OverrideKind) -> Iterator[str]:
    match kind:
        case OverrideKind.QUOTA:
            yield from (each.key for each in plan.measures)
        case OverrideKind.BASE_RATE:
            for component in plan.components:
                earns = component.earns
                if (
                    isinstance(earns, Commission)
                    and (earns.base_rate is not None or earns.derived_rate)
                    and component.budget is None
                ):
                    yield component.key
        case OverrideKind.TARGET_INCENTIVE:
            yield ""


def _not_known(kind: OverrideKind, key: str) -> str:
    match kind:
        case OverrideKind.QUOTA:
            return f"The plan measures nothing called `{key}`."
        case OverrideKind.BASE_RATE:
            return f"The plan has no component `{key}` with a base rate."
        case OverrideKind.TARGET_INCENTIVE:
            return "A target incentive is of the whole plan: leave the key out."
