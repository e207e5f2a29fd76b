"""A company whose people speak over HTTP, and what it takes to tell a story of them: the day that is
today, acts that are done, acts that are refused and leave everything as it was."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from graphql import get_named_type

from auth.actor import Scope
from domain.callers.clients import register_client
from domain.database import on_behalf_of
from domain.ids import new_id
from schema import STORED
from schema.typed_ids import encode
from tests.people import Company, found_company
from tests.scenarios import walking
from tests.scenarios.companies import Furnished, rows_of
from tests.scenarios.server import DOCUMENTS
from tests.scenarios.wire import Wire, opened
from tests.schema.asking import territory

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When rounds are gone: the day comes from the organisation."""
SHOWN = "id version status stage target { amount } viewerCan"
WHAT_WE_ARE_TOLD = {
    "GoalVersionConflictError": "seenVersion currentVersion changes { field before after } goal { id }",
    "GoalStateError": "status",
    "GoalIncompleteError": "missing sentences",
}


Rows = dict[str, tuple[int, Decimal]]


@dataclass(slots=True)
class Story:
    """One company, over one wire; `owner` looks behind the scenes."""

    wire: Wire
    owner: asyncpg.Connection
    told: Furnished
    places: dict[str, str] = field(default_factory=dict)
    goals: dict[str, str] = field(default_factory=dict)
    rows: Rows | None = None
    """The company as it was left after the latest refusal, as long as nothing was done since."""

    @property
    def company(self) -> Company:
        return self.told.company

    def person(self, name: str) -> str:
        return encode("person", self.company.ids[name])

    def position(self, name: str) -> str:
        return encode("position", self.company.positions[name])

    async def on(self, day: str) -> None:
        """From here on this day is today."""
        self.rows = None
        async with on_behalf_of(self.company.org) as transaction:
            await transaction.execute_query(
                "update organisation set business_date = $2 where org_id = $1",
                [self.company.org, date.fromisoformat(day)],
            )

    async def goes(self, go_round: Callable[[UUID, datetime], Awaitable[int]]) -> None:
        """A worker goes one of its rounds."""
        self.rows = None
        await go_round(self.company.org, NOW)

    async def ask(self, name: str, document: str, /, **variables: object) -> dict[str, Any]:
        """What somebody is answered: to one of `documents/` by its name, or to a text."""
        path = DOCUMENTS / f"{document}.graphql"
        text = path.read_text() if document.isidentifier() else document
        token = await self._token(name)
        answer = (await self.wire.ask(token, text, **variables)).json()
        assert "errors" not in answer, (name, path.name, answer)
        data: dict[str, Any] = answer["data"]
        return data

    async def see(self, name: str, id: str, selection: str) -> dict[str, Any] | None:
        """What somebody sees of a goal; None where they see none."""
        document = f"query($id: ID!) {{ node(id: $id) {{ ... on Goal {{ {selection} }} }} }}"
        found: dict[str, Any] | None = (await self.ask(name, document, id=id))["node"]
        return found

    async def seen(self, name: str, id: str, selection: str) -> dict[str, Any]:
        found = await self.see(name, id, selection)
        assert found is not None, f"{name} does not see it"
        return found

    async def send(self, name: str, mutation: str, /, **given: object) -> dict[str, Any]:
        """The whole payload, whatever became of it."""
        self.rows = None
        sent = {"clientMutationId": str(new_id()), **given}
        payload: dict[str, Any] = (await self.ask(name, document_of(mutation), input=sent))[
            mutation
        ]
        return payload

    async def does(self, name: str, mutation: str, /, **given: object) -> dict[str, Any]:
        """What came of an act that is done."""
        payload = await self.send(name, mutation, **given)
        assert payload["errors"] == [], (name, mutation, payload["errors"])
        return next((each for what, each in payload.items() if what != "errors"), {})

    async def refused(self, name: str, mutation: str, /, **given: object) -> dict[str, Any]:
        """Why an act is not done; everything of the company is as it was before, to the byte."""
        await self._token(name)
        before = self.rows or await rows_of(self.owner, self.told)
        payload = await self.send(name, mutation, **given)
        assert len(payload["errors"]) == 1, (name, mutation, payload)
        (why,) = payload.pop("errors")
        assert not any(payload.values()), payload
        after = await rows_of(self.owner, self.told)
        changed = [table for table in before if before[table] != after[table]]
        assert not changed, (name, mutation, changed)
        self.rows = after
        return {"kind": why.pop("__typename"), **why}

    async def _token(self, name: str) -> str:
        if f"{self.told.word} {name}" not in self.wire.tokens:
            self.rows = None  # a session begins
        return await self.wire.sign_in(self.told, name)

    async def draft(self, owner: str, name: str, target: str | None, /, **more: object) -> str:
        """A goal that its owner drafts for themselves, of revenue unless said otherwise."""
        given = {"measure": "revenue", "noParentReason": "It stands alone.", **more}
        goal = await self.does(
            owner, "goalDraft", ownerId=self.person(owner), name=name, target=target, **given
        )
        return str(goal["id"])

    async def agreed(self, owner: str, by: str, name: str, target: str, /, **more: object) -> str:
        """As `draft`, handed in and approved."""
        id = await self.draft(owner, name, target, **more)
        await self.does(owner, "goalSubmit", id=id, expectedVersion=1)
        await self.does(by, "goalApprove", id=id, seenVersion=2)
        return id

    async def sell(self, seller: str, amount: str, on: str | None, /, **more: object) -> str:
        """A sale that the partner app posts; its id."""
        sale = {
            "externalId": str(new_id()), "quantity": "1", "amount": amount, "currency": "USD",
            "personId": self.person(seller), "territoryId": self.places["west"], "soldOn": on, **more,
        }  # fmt: skip
        posting = await self.does("till", "salesPost", sales=[sale])
        return str(posting["lines"][0]["saleId"])

    async def actual(self, name: str, goal: str) -> str:
        seen = await self.seen(name, goal, "actual { amount }")
        return str(seen["actual"]["amount"])

    async def ids_about(self, *goals: str) -> list[str]:
        """The ids of goals and of everything that belongs to them."""
        uuids = [UUID(goal.rpartition("_")[2]) for goal in goals]
        found = list(goals)
        async with on_behalf_of(self.company.org) as transaction:
            columns = await transaction.execute_query_dict(
                "select table_name::text from information_schema.columns"
                " where column_name = 'goal_id' and table_schema = 'public'"
            )
            belonging = {row["table_name"] for row in columns}
            for stored in STORED.values():
                if stored.kind is None or stored.source not in belonging:
                    continue
                rows = await transaction.execute_query_dict(
                    f"select id from {stored.source} where org_id = $1 and goal_id = any($2)",
                    [self.company.org, uuids],
                )
                found += [encode(stored.kind, row["id"]) for row in rows]
        return found


@asynccontextmanager
async def a_story(
    home: Path,
    database: str,
    *,
    currency: str = "USD",
    name: str = "Curlew",
    scopes: frozenset[Scope] = frozenset({Scope.SALES_READ, Scope.SALES_WRITE}),
) -> AsyncIterator[Story]:
    """The cast of `tests.people`, with a till that posts sales in West."""
    company = await found_company(name)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update person set email = name || '@' || $2 where org_id = $1",
            [company.org, f"{company.slug}.test"],
        )
        await transaction.execute_query(
            "update organisation set currency = $2 where org_id = $1", [company.org, currency]
        )
    west = await territory(company, "West")
    till = await register_client(
        company.system,
        name="till",
        scopes=scopes,
        territories={west},
        now=datetime.now(UTC),
    )
    told = Furnished(company, name, {}, {"till": till})
    connection = await asyncpg.connect(database)
    try:
        async with opened(home, database) as wire:
            yield Story(wire, connection, told, {"west": encode("territory", west)})
    finally:
        await connection.close()


def document_of(mutation: str) -> str:
    """A mutation with what a phone shows of its payload and of its refusals."""
    field = walking.MUTATION.fields[mutation]
    payload: Any = get_named_type(field.type)
    refusals: Any = get_named_type(payload.fields["errors"].type)
    facts = " ".join(
        f"... on {each.name} {{ {WHAT_WE_ARE_TOLD[each.name]} }}"
        for each in refusals.types
        if each.name in WHAT_WE_ARE_TOLD
    )
    shown = ""
    for name, result in payload.fields.items():
        if name not in ("clientMutationId", "errors"):
            shown += f" {name} {{ {_shown(get_named_type(result.type))} }}"
    given = get_named_type(field.args["input"].type).name
    errors = f"errors {{ __typename ... on UserError {{ message path }} {facts} }}"
    return f"mutation($input: {given}!) {{ {mutation}(input: $input) {{ {errors}{shown} }} }}"


def _shown(type: Any) -> str:
    if type.name == "Goal":
        return SHOWN
    if type.name == "SalesPosting":
        return "lines { verdict saleId }"
    if "errors" in type.fields:  # one of several results
        return (
            f"goalId errors {{ __typename ... on UserError {{ message path }} }} goal {{ {SHOWN} }}"
        )
    return "id"
