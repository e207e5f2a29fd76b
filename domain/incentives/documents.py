"""A plan as a document: what is stored, sent and written down, and the values it stands for.

Every number is text, so that none of them ever was a float; rates may be written in per cent. What
the document lacks, says twice, or says that no plan knows is refused with its place.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
)

from domain.errors import Faults, Invalid
from domain.incentives.document_examples import ExamplePart
from domain.incentives.document_tables import (
    GridPart,
    Number,
    Part,
    TablePart,
    TierPart,
    rates_text,
)
from domain.incentives.examples import MOST_EXAMPLES, Example
from domain.incentives.grids import RateGrid
from domain.incentives.proration import DayCount, Proration, RampStep
from domain.incentives.ranking import Ties
from domain.incentives.rounding import Mode, Point, Rounding
from domain.incentives.tables import (
    Method,
    RateTable,
)
from domain.incentives.terms import (
    Bonus,
    Commission,
    Component,
    CreditKind,
    Earning,
    Event,
    Figure,
    Measured,
    Objectives,
    Plan,
    Purpose,
    Rank,
    Refunds,
    Scale,
    Span,
    Worked,
)

MOST_PLACES = 4
"""What an amount is kept with."""


class NotAPlan(Faults):
    """A document is no plan; each fault says where."""


class _Measured(Part):
    key: str
    of: Figure = Figure.AMOUNT
    over: Span = Span.PERIOD
    event: Event = Event.BOOKING
    counts_for: Purpose = Purpose.PAY
    goal: str | None = None
    kinds: tuple[CreditKind, ...] = ()
    where: str | None = None
    first_day: date | None = None
    last_day: date | None = None

    def value(self) -> Measured:
        return Measured(**(dict(self) | {"kinds": frozenset(self.kinds)}))


class _Commission(Part):
    measure: str
    table: TablePart | None = None
    grid: GridPart | None = None
    scale: Scale = Scale.TOTAL
    base_rate: Number | None = None
    derived_rate: bool = False
    refunds: Refunds | None = None

    def value(self) -> Commission:
        """Refunds take back what the deal was paid where that can be said, else what the total lost.
        Raises Invalid unless it says either a table or a grid."""
        if (table := self.table or self.grid) is None or (self.table and self.grid):
            raise Invalid("Say either a `table`, or a `grid` of several dimensions.")
        is_by_deal = table.method is Method.MARGINAL
        refunds = self.refunds or (Refunds.ORIGINAL if is_by_deal else Refunds.TOTAL)
        said = {name: value for name, value in self if name != "grid"}
        return Commission(**(said | {"table": table.value(), "refunds": refunds}))


class _Bonus(Part):
    measure: str
    curve: TablePart
    part: Number = Decimal(1)
    at_end: bool = True

    def value(self) -> Bonus:
        return Bonus(**(dict(self) | {"curve": self.curve.value()}))


class _Objectives(Part):
    part: Number = Decimal(1)

    def value(self) -> Objectives:
        return Objectives(self.part)


class _Rank(Part):
    measure: str
    pays: tuple[Number, ...]
    ties: Ties = Ties.SHARE
    at_end: bool = True

    def value(self) -> Rank:
        return Rank(**dict(self))


class _Component(Part):
    key: str
    name: str
    commission: _Commission | None = None
    bonus: _Bonus | None = None
    objectives: _Objectives | None = None
    rank: _Rank | None = None
    formula: str | None = None
    multiplier: str | None = None
    cap: Number | None = None
    cap_each_deal: Number | None = None
    budget: Number | None = None
    gate: str | None = None

    def value(self) -> Component:
        about = {"multiplier", "cap", "cap_each_deal", "budget", "gate"}
        return Component(
            self.key, self.name, self._earns(), **{name: getattr(self, name) for name in about}
        )

    def _earns(self) -> Earning:
        """Raises Invalid unless it says exactly one way to earn."""
        ways = (self.commission, self.bonus, self.objectives, self.rank)
        found: list[Earning] = [way.value() for way in ways if way is not None]
        found += [Worked(self.formula)] if self.formula is not None else []
        if len(found) != 1:
            raise Invalid(f"Say one way to earn: {', '.join(WAYS)}.", path=())
        return found[0]


WAYS = ("commission", "bonus", "objectives", "rank", "formula")


class _Rounding(Part):
    places: Annotated[
        int, Field(ge=0, le=MOST_PLACES), BeforeValidator(lambda written: int(str(written)))
    ] = 2
    mode: Mode = Mode.HALF_AWAY
    point: Point = Point.LINE


class _Proration(Part):
    days: DayCount = DayCount.ACTUAL
    quotas: bool = False


class _RampStep(Part):
    periods: Annotated[int, BeforeValidator(lambda written: int(str(written)))]
    quota: Number = Decimal(1)
    target_incentive: Number = Decimal(1)


class _Plan(Part):
    currency: str
    rounding: _Rounding = _Rounding()
    measures: tuple[_Measured, ...] = ()
    components: tuple[_Component, ...]
    cap: Number | None = None
    proration: _Proration = _Proration()
    ramp: tuple[_RampStep, ...] = ()
    examples: Annotated[tuple[ExamplePart, ...], Field(max_length=MOST_EXAMPLES)] = ()


def plan_of(key: str, terms: Mapping[str, Any]) -> Plan:
    """The plan that a document describes. Raises NotAPlan, which names every fault and its place."""
    try:
        said = _Plan.model_validate(terms)
    except ValidationError as refused:
        raise NotAPlan([_fault(each) for each in refused.errors(include_url=False)]) from None
    faults: list[Invalid] = []
    measures = [each.value() for each in said.measures]
    components: list[Component] = []
    for place, part in enumerate(said.components):
        try:
            components.append(part.value())
        except Invalid as refused:
            faults += _placed(refused, ("components", str(place)))
    if faults:
        raise NotAPlan(faults)
    rounding = Rounding(said.rounding.places, said.rounding.mode, said.rounding.point)
    proration = Proration(said.proration.days, said.proration.quotas)
    ramp = tuple(RampStep(**dict(step)) for step in said.ramp)
    try:
        return Plan(
            key,
            said.currency,
            rounding,
            tuple(measures),
            tuple(components),
            said.cap,
            proration,
            ramp,
        )
    except Invalid as refused:
        raise NotAPlan(_placed(refused, ())) from None


def examples_of(terms: Mapping[str, Any]) -> tuple[Example, ...]:
    """The worked examples of a document of which `plan_of` made a plan."""
    return tuple(each.value() for each in _Plan.model_validate(terms).examples)


def terms_of(plan: Plan) -> dict[str, Any]:
    """The document of a plan, in which what is as usual is left out, and which has no examples.
    `plan_of` makes the plan of it."""
    said = _Plan(
        currency=plan.currency,
        rounding=_Rounding(
            places=plan.rounding.places, mode=plan.rounding.mode, point=plan.rounding.point
        ),
        measures=tuple(_measured(each) for each in plan.measures),
        components=tuple(_component(each) for each in plan.components),
        cap=plan.cap,
        proration=_Proration(days=plan.proration.days, quotas=plan.proration.quotas),
        ramp=tuple(_RampStep(**asdict(step)) for step in plan.ramp),
    )
    return said.model_dump(mode="json", exclude_defaults=True)


def _measured(measure: Measured) -> _Measured:
    values = {name: getattr(measure, name) for name in _Measured.model_fields}
    kinds = tuple(sorted(measure.kinds))
    return _Measured(**(values | {"kinds": kinds}))


def _component(component: Component) -> _Component:
    about = {name: getattr(component, name) for name in _Component.model_fields if name not in WAYS}
    match component.earns:
        case Commission() as earns:
            values = {
                name: getattr(earns, name) for name in _Commission.model_fields if name != "grid"
            }
            return _Component(**about, commission=_Commission(**(values | _rated(earns.table))))
        case Bonus() as earns:
            values = {name: getattr(earns, name) for name in _Bonus.model_fields}
            return _Component(**about, bonus=_Bonus(**(values | {"curve": _table(earns.curve)})))
        case Objectives(part=part):
            return _Component(**about, objectives=_Objectives(part=part))
        case Rank() as earns:
            rank = {name: getattr(earns, name) for name in _Rank.model_fields}
            return _Component(**about, rank=_Rank(**rank))
        case Worked(formula=formula):
            return _Component(**about, formula=formula)


def _rated(table: RateTable | RateGrid) -> dict[str, Any]:
    if isinstance(table, RateTable):
        return {"table": _table(table)}
    values = {name: getattr(table, name) for name in GridPart.model_fields}
    return {"table": None, "grid": GridPart(**(values | {"rates": rates_text(table.rates)}))}


def _table(table: RateTable) -> TablePart:
    tiers = tuple(TierPart(start=tier.start, pays=tier.pays) for tier in table.tiers)
    values = {name: getattr(table, name) for name in TablePart.model_fields}
    return TablePart(**(values | {"tiers": tiers}))


def _fault(error: Any) -> Invalid:
    path = tuple(str(part) for part in error["loc"])
    said = {"missing": "This is missing.", "extra_forbidden": "No plan knows this."}
    words = said.get(error["type"], error["msg"].removeprefix("Value error, "))
    return Invalid(f"{'.'.join(path)}: {words}", path=path)


def _placed(refused: Invalid, path: tuple[str, ...]) -> list[Invalid]:
    """The faults of a part, each with its place in the whole."""
    return [Invalid(each.message, path=(*path, *each.path), **each.facts) for each in refused.each]
