"""The stored shape of who is credited with what: what sales say, rates of exchange, rules, credits."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class SaleSplit(Row):
    sale_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    share: Decimal = fields.DecimalField(max_digits=9, decimal_places=8)

    class Meta:
        table = "sale_split"


class SaleEvent(Row):
    sale_id: UUID = fields.UUIDField()
    kind: str = fields.TextField()
    happened_on: date = fields.DateField()
    share: Decimal = fields.DecimalField(max_digits=9, decimal_places=8, default=Decimal(1))
    external_id: str | None = fields.TextField(null=True)

    class Meta:
        table = "sale_event"


class ExchangeRate(Row):
    from_currency: str = fields.TextField()
    to_currency: str = fields.TextField()
    begins_on: date = fields.DateField()
    rate: Decimal = fields.DecimalField(max_digits=20, decimal_places=10)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "exchange_rate"


class CreditingRule(Row):
    name: str = fields.TextField()
    kind: str = fields.TextField()
    counts_for: str = fields.TextField(default="both")
    condition: str | None = fields.TextField(null=True)
    share: Decimal = fields.DecimalField(max_digits=9, decimal_places=8, default=Decimal(1))
    levels: int | None = fields.SmallIntField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    place: int = fields.IntField()
    starts_on: date | None = fields.DateField(null=True)
    ends_on: date | None = fields.DateField(null=True)
    retired_at: datetime | None = fields.DatetimeField(null=True)
    created_by_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "crediting_rule"


class CreditingPolicy(Row):
    counts_for: str = fields.TextField()
    may_exceed: bool = fields.BooleanField(default=False)  # type: ignore[assignment]  # as tortoise types it
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "crediting_policy"


class StoredCredit(Row):
    """One person's credit of one deal, as it was made; what came after it supersedes it."""

    sale_id: UUID = fields.UUIDField()
    sale_version: int = fields.IntField()
    person_id: UUID = fields.UUIDField()
    rule_id: UUID | None = fields.UUIDField(null=True)
    kind: str = fields.TextField()
    counts_for: str = fields.TextField()
    event: str = fields.TextField(default="booking")
    credited_on: date = fields.DateField()
    place: str = fields.TextField()
    share: Decimal = fields.DecimalField(max_digits=18, decimal_places=16)
    amount: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    margin: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    quantity: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    currency: str = fields.TextField()
    exchange_rate: Decimal = fields.DecimalField(
        max_digits=20, decimal_places=10, default=Decimal(1)
    )
    paid_in: str = fields.TextField()
    reverses_id: UUID | None = fields.UUIDField(null=True)
    reason: str | None = fields.TextField(null=True)
    made_by_id: UUID | None = fields.UUIDField(null=True)
    approved_by_id: UUID | None = fields.UUIDField(null=True)
    made_at: datetime = fields.DatetimeField(auto_now_add=True)
    superseded_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "credit"


class SaleCrediting(Row):
    """What the rules said of a sale, which has the same id, when it was last credited."""

    person_id: UUID | None = fields.UUIDField(null=True)
    sold_on: date = fields.DateField()
    gave: int = fields.IntField()
    primary_for_pay: Decimal = fields.DecimalField(max_digits=18, decimal_places=16)
    primary_for_quota: Decimal = fields.DecimalField(max_digits=18, decimal_places=16)
    verdicts: list[dict[str, Any]] = fields.JSONField()
    credited_at: datetime = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "sale_crediting"


class CreditProposal(Row):
    """A credit that somebody wants given by hand, and what another decided."""

    sale_id: UUID = fields.UUIDField()
    sale_version: int = fields.IntField()
    person_id: UUID = fields.UUIDField()
    counts_for: str = fields.TextField()
    event: str = fields.TextField()
    credited_on: date = fields.DateField()
    share: Decimal | None = fields.DecimalField(max_digits=9, decimal_places=8, null=True)
    amount: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    reason_code: str = fields.TextField()
    reason: str = fields.TextField()
    state: str = fields.TextField(default="waiting")
    proposed_by_id: UUID = fields.UUIDField()
    proposed_at: datetime = fields.DatetimeField(auto_now_add=True)
    decided_by_id: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    note: str = fields.TextField(default="")
    credit_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "credit_proposal"
