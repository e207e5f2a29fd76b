"""Rows to be written: each class is a table's columns by name, less the organisation's id."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from asyncpg import Range


class Person(NamedTuple):
    id: UUID
    external_id: str
    name: str
    email: str
    title: str


class Position(NamedTuple):
    id: UUID
    external_id: str
    title: str


class ReportingLine(NamedTuple):
    id: UUID
    position_id: UUID
    manager_position_id: UUID
    during: Range


class Holding(NamedTuple):
    id: UUID
    position_id: UUID
    person_id: UUID
    during: Range


class RoleGrant(NamedTuple):
    id: UUID
    person_id: UUID
    role: str
    granted_at: datetime


class Territory(NamedTuple):
    id: UUID
    external_id: str
    name: str
    parent_id: UUID | None


class Assignment(NamedTuple):
    id: UUID
    territory_id: UUID
    person_id: UUID
    during: Range


class Account(NamedTuple):
    id: UUID
    external_id: str
    name: str
    kind: str
    city: str
    country: str


class Product(NamedTuple):
    id: UUID
    external_id: str
    name: str
    category: str
    subcategory: str
    standard_cost: Decimal


class Sale(NamedTuple):
    id: UUID
    external_id: str
    order_number: str
    sold_on: date
    person_id: UUID | None
    territory_id: UUID
    account_id: UUID
    product_id: UUID
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    cost: Decimal | None
    currency: str


class Goal(NamedTuple):
    id: UUID
    external_id: str
    name: str
    owner_id: UUID
    territory_id: UUID | None
    measure: str
    starts_on: date
    ends_on: date
    target: Decimal
    currency: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    scope: str
    roll_up: str
    parent_id: UUID | None
    no_parent_reason: str | None
    proposed: Decimal | None
    submitted_at: datetime | None
    approved_at: datetime | None
    acceptance: str | None
    description: str


class GoalDecision(NamedTuple):
    id: UUID
    goal_id: UUID
    owner_id: UUID
    act: str
    person_id: UUID
    seen_version: int | None
    note: str | None
    target: Decimal
    decided_at: datetime


class CheckIn(NamedTuple):
    id: UUID
    goal_id: UUID
    author_id: UUID
    value: Decimal | None
    confidence: str
    note: str
    noted_at: datetime
    created_at: datetime
