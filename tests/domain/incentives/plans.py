"""Plans and deals of the tests here, in as few words as they allow."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from domain.incentives.cases import Case, Credit
from domain.incentives.rounding import Rounding
from domain.incentives.tables import Method, RateTable, Tier
from domain.incentives.terms import Component, CreditKind, Earning, Measured, Plan

D = Decimal
_NAMES = UUID("5b1f2f0e-7a53-4b8e-9a43-0d0a5cbb1d11")


def rates(*tiers: tuple[str, str], method: Method = Method.MARGINAL, **settings: Any) -> RateTable:
    made = tuple(Tier(D(start), D(pays)) for start, pays in tiers)
    return RateTable(method, made, **settings)


def deal(
    name: str, amount: str, *, on: date = date(2020, 5, 4), reverses: str | None = None, **more: Any
) -> Credit:
    """A deal credited to the payee; one of the same name is the same deal."""
    said: dict[str, Any] = {
        "kind": CreditKind.DIRECT,
        "margin": D(amount) / 2,
        "quantity": D(1),
    } | more
    return Credit(
        id=uuid5(_NAMES, name),
        order=name,
        on=on,
        amount=D(amount),
        reverses=None if reverses is None else uuid5(_NAMES, reverses),
        **said,
    )


def plan(
    *components: Component, measures: tuple[Measured, ...] = (Measured("revenue"),), **settings: Any
) -> Plan:
    said: dict[str, Any] = {"currency": "USD", "rounding": Rounding(2)} | settings
    return Plan("test", measures=measures, components=components, **said)


def one(earns: Earning, **settings: Any) -> Component:
    """A component called "pay"."""
    return Component("pay", "Pay", earns, **settings)


def case(of: Plan, *credits: Credit, **settings: Any) -> Case:
    """May 2020 of a payee on a plan."""
    said: dict[str, Any] = {"starts_on": date(2020, 5, 1), "ends_on": date(2020, 5, 31)} | settings
    return Case(of, credits=credits, **said)
