"""The schema as a whole: described, declared, and true to the database."""

from collections.abc import Iterator

import asyncpg
import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)

from auth.permissions import FieldClass
from domain.errors import Refusal
from schema import STORED, schema
from schema.catalogue import complete
from schema.errors import SHOWN_AS
from schema.plain import is_plain, plain
from schema.storage import By, ToOne, UndeclaredType, Value, column, stored

BUILT = schema._schema
OURS = {name: kind for name, kind in BUILT.type_map.items() if not name.startswith("__")}
BUILT_IN = {"Boolean", "Int", "String"}


def _described() -> Iterator[tuple[str, str | None]]:
    for name, kind in OURS.items():
        if name in BUILT_IN:
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{name}.{field_name}({argument_name})", argument.description
        if isinstance(kind, GraphQLInputObjectType):
            for field_name, input_field in kind.fields.items():
                yield f"{name}.{field_name}", input_field.description
        if isinstance(kind, GraphQLEnumType):
            for value_name, value in kind.values.items():
                yield f"{name}.{value_name}", value.description


def test_everything_is_described_in_sentences() -> None:
    described = dict(_described())

    assert len(described) > 300
    assert [name for name, text in described.items() if not text or not text.endswith(".")] == []


def test_every_object_type_is_stored_with_a_visibility_or_plain() -> None:
    for name, kind in OURS.items():
        if isinstance(kind, GraphQLObjectType):
            definition = kind.extensions["strawberry-definition"]
            origin = (definition.concrete_of or definition).origin
            assert is_plain(origin) != (name in STORED), name
    assert set(STORED) == {
        "Account", "Calendar", "CalendarPeriod", "Cascade", "CascadeLine", "CheckIn", "DayOff", "Delegation", "Event", "Expense", "Goal",
        "GoalAmendment", "GoalAsOf", "GoalDecision",
        "GoalLock", "GoalPolicy", "GoalProposal", "GoalRevision", "GoalSegment", "Me", "Measure", "Opportunity", "Organisation", "Person",
        "GoalAdjustment", "GoalAssignment", "GoalClosing", "GoalContribution", "GoalContributor", "GoalKpi",
        "GoalRating", "GoalTemplate", "Ramp",
        "Credit", "CreditProposal", "CreditingPolicy", "CreditingRule", "ExchangeRate", "SaleCrediting",
        "Position", "Product", "Sale", "SalesPosting", "SalesTotal", "Season", "Territory",
        "TerritoryPerformance",
        "PayAssignment", "PayLine", "PayOverride", "PayPlan", "PayResult", "PayRun", "PayPlanVersion",
        "PayPlanTemplate", "PayTotal", "PayTrial", "PayTrialPayee", "SaleSplit",
        "Feedback", "FeedbackReply", "FeedbackRequest", "FeedbackVisibility", "UnnamedFeedback",
        "Insight", "InsightStep", "InsightsByTopic", "Recognition", "RecognitionCount", "RecognitionValue",
        "Assessment", "AssessmentScore", "CriterionTrend", "Scorecard",
        "Blocker", "BlockersByCause", "CorrectivePlan", "CorrectiveStep", "Notice",
        "AccessRequest", "AccessExtract",
        "OneToOne", "AgendaItem", "Task", "TaskPart", "TaskDueChange",
        "Programme", "ProgrammePair", "ProgrammeReport", "ProgrammeTotal",
        "Note", "NoteEvidence", "NoteReply", "NoteRevision",
        "Comment", "Mention", "Digest", "Activity",
    }  # fmt: skip


def test_every_stored_type_with_an_id_is_found_by_node() -> None:
    node = BUILT.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)

    kinds = {stored.kind for stored in STORED.values() if stored.kind}

    assert kinds == {
        stored.kind
        for name, stored in STORED.items()
        if name in {each.name for each in BUILT.get_possible_types(node)}
    }
    assert len(kinds) == 80


def test_every_refusal_is_shown_by_every_mutation_that_can_meet_it() -> None:
    for refusal in SHOWN_AS:
        assert issubclass(refusal, Refusal)
    mutation = BUILT.mutation_type
    assert mutation is not None
    common = {"NotFoundError", "NotPermittedError", "InvalidError", "ConflictError"}
    for name, field in mutation.fields.items():
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert payload.name == f"{name[0].upper()}{name[1:]}Payload"
        union = get_named_type(payload.fields["errors"].type)
        assert isinstance(union, GraphQLUnionType)
        shown = {each.name for each in union.types}
        takes_version = {"seenVersion", "expectedVersion"} & set(
            get_named_type(field.args["input"].type).fields
        )
        assert common <= shown
        assert any("VersionConflict" in each for each in shown) == bool(takes_version)
        assert "clientMutationId" in payload.fields


async def test_columns_are_null_in_the_schema_exactly_where_they_are_in_the_database(
    database_url: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "select table_name, column_name, is_nullable = 'YES' as nullable from information_schema.columns"
        " join information_schema.tables using (table_schema, table_name)"
        " where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    await connection.close()
    nullable = {(row["table_name"], row["column_name"]): row["nullable"] for row in rows}
    tables = {table for table, _ in nullable}
    compared = 0

    for stored_type in STORED.values():
        for field in stored_type.fields.values():
            storage = field.storage
            sql = storage.key if isinstance(storage, ToOne) else None
            if isinstance(storage, Value):
                sql = storage.sql
            column_name = (sql or "").removeprefix("{row}.")
            if not column_name.isidentifier() or stored_type.source not in tables:
                continue  # of a view nothing is said
            guarded = isinstance(storage, Value) and storage.field_class is not None
            column_nullable = nullable[stored_type.source, column_name]
            if (stored_type.name, field.name) in {("Event", "number")}:
                continue  # its type shows numbered events only
            # A relation may also be null because the caller does not see where it leads.
            if column_nullable or not (guarded or isinstance(storage, ToOne)):
                assert field.nullable == column_nullable, f"{stored_type.name}.{field.name}"
            compared += 1
    assert compared > 60


def _built(root: type) -> None:
    complete(strawberry.Schema(query=root)._schema)


def test_a_type_that_does_not_say_who_sees_it_is_refused() -> None:
    @strawberry.type
    class Secret:
        word: str

    @plain
    class Query:
        """A root."""

        secret: Secret

    with pytest.raises(UndeclaredType, match="Secret is neither stored, with a visibility, nor"):
        _built(Query)


def test_a_type_cannot_be_stored_without_a_predicate() -> None:
    with pytest.raises(TypeError, match="visible"):
        stored(table="goal", field_class=FieldClass.TEAM, by=By(("id",)))  # type: ignore[call-arg]  # the point
    with pytest.raises(UndeclaredType, match="who sees it"):

        @stored(table="goal", visible=None, field_class=FieldClass.TEAM, by=By(("id",)))  # type: ignore[arg-type]  # the point
        class Goal:
            """A goal."""


def test_a_field_that_can_be_hidden_must_be_nullable() -> None:
    @stored(
        table="person",
        visible=lambda actor: "true",
        field_class=FieldClass.PUBLIC,
        by=By(("salary",)),
        subject="id",
    )
    class Payee:
        """Somebody who is paid."""

        salary: int = column("What they earn.", field_class=FieldClass.PAY)

    @plain
    class Query:
        """A root."""

        payee: Payee

    with pytest.raises(UndeclaredType, match=r"Payee\.salary can be hidden from a caller"):
        _built(Query)


def test_a_field_of_a_stored_type_says_how_it_is_stored() -> None:
    @stored(
        table="person",
        visible=lambda actor: "true",
        field_class=FieldClass.PUBLIC,
        by=By(("name",)),
    )
    class Payee:
        """Somebody who is paid."""

        name: str

    @plain
    class Query:
        """A root."""

        payee: Payee

    with pytest.raises(UndeclaredType, match=r"Payee\.name does not say how it is stored"):
        _built(Query)
