"""How an operation runs on a connection that stays open: each result with a caller asked anew.

What ends a subscription are three things: the client, a caller who may no longer (Unauthenticated),
and a fault. A database that is away ends none; it is waited for. Nor does a caller who has spent
their points: each result costs what the start did, and comes once they can pay for it.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, cast

import orjson
import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    create_source_event_stream,
    execute_subscription_event,
)
from starlette.requests import Request
from starlette.types import Scope

from api.callers import Caller
from api.callers.visits import Visit
from api.endpoint import DocumentLimits, GraphQLEndpoint, Operation, RequestRefused
from api.endpoint.errors import Code
from api.endpoint.outcome import shown_errors
from api.endpoint.request import GraphQLRequest, request_of
from api.endpoint.unavailable import is_unavailable
from auth.actor import Actor
from schema.audience import Audiences
from schema.context import Context
from schema.subscription import SECONDS_BETWEEN, Changes, Subscriber


@dataclass(frozen=True, slots=True)
class Event:
    """One result of a subscription: its JSON, and the number up to which it tells."""

    body: bytes
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """One for each process. `looks` and `answers` bound how many subscribers look at the history,
    and have their selection read, at the same time: apart, so that whoever has looked is not behind
    everybody who still has to."""

    endpoint: GraphQLEndpoint[Caller]
    schema: strawberry.Schema
    audiences: Audiences
    limits: DocumentLimits
    looks: asyncio.Semaphore
    answers: asyncio.Semaphore
    hide_suggestions: bool

    def asked(self, fields: dict[str, object]) -> GraphQLRequest:
        """What the fields of a message ask for. Raises RequestRefused."""
        return request_of(fields, self.limits)

    async def answer(
        self, scope: Scope, asked: GraphQLRequest, caller: Caller
    ) -> bytes | Operation:
        """The result of a query or mutation; a subscription's operation, to be
        `begun`. Raises RequestRefused."""
        operation = await self.endpoint.prepared(scope, asked, caller)
        await self.endpoint.charged(asked, operation, caller)
        if operation.kind == "subscription":
            return operation
        body, _ = await self.endpoint.answered(Request(scope), operation, asked.variables, caller)
        return body

    async def begun(
        self,
        scope: Scope,
        operation: Operation,
        variables: dict[str, object],
        visit: Visit,
        resumes: int | None = None,
    ) -> AsyncGenerator[Event, None]:
        """The results of a subscription as they come; they end with an exception only, which is
        Unauthenticated for a caller who may no longer. Raises RequestRefused, and Unauthenticated,
        where the subscription cannot begin."""
        subscriber = Subscriber(
            await visit.renewed(),
            visit.renewed,
            self.audiences,
            self.looks,
            is_unavailable,
            resumes,
        )
        executor = self._executor(scope, operation, variables, subscriber)
        source = await self._source(scope, executor)
        return self._events(scope, operation, variables, executor, visit, source)

    async def _events(
        self,
        scope: Scope,
        operation: Operation,
        variables: dict[str, object],
        executor: Executor[Any],
        visit: Visit,
        source: AsyncGenerator[Changes, None],
    ) -> AsyncGenerator[Event, None]:
        async with aclosing(source):
            async for changes in source:
                actor = await self._paid(operation, variables, visit, changes.actor)
                body = await self._body(scope, operation, executor, visit, changes, actor)
                yield Event(body, changes.number)

    def _executor(
        self,
        scope: Scope,
        operation: Operation,
        variables: dict[str, object],
        subscriber: Subscriber,
    ) -> Executor[Any]:
        executor = self.schema.execution_context_class.build(
            self.schema._schema,
            operation.document,
            context_value=subscriber,
            raw_variable_values=variables,
            operation_name=operation.name,
            max_coercion_errors=self.limits.coercion_errors,
            hide_suggestions=self.hide_suggestions,
            operation_extensions=None,
        )
        if isinstance(executor, list):
            raise self._refused(scope, executor)
        return executor

    async def _source(self, scope: Scope, executor: Executor[Any]) -> AsyncGenerator[Changes, None]:
        found = create_source_event_stream(executor)
        source = await found if isawaitable(found) else found
        if isinstance(source, ExecutionResult):
            raise self._refused(scope, source.errors or [])
        return cast("AsyncGenerator[Changes, None]", source)

    async def _paid(
        self, operation: Operation, variables: dict[str, object], visit: Visit, actor: Actor
    ) -> Actor:
        """Charge for one event, once there is enough left. What is read for it is read after that,
        so late as it comes, it tells the newest state; to the actor asked anew, if it was waited."""
        while True:
            try:
                self.endpoint.spend(visit.calling_as(actor), operation, variables)
                return actor
            except RequestRefused as refused:
                if refused.code is not Code.RATE_LIMITED:
                    raise
                seconds = float(refused.headers["Retry-After"])
            actor = await self._renewed_after(seconds, visit)

    async def _body(
        self,
        scope: Scope,
        operation: Operation,
        executor: Executor[Any],
        visit: Visit,
        changes: Changes,
        actor: Actor,
    ) -> bytes:
        """The selection under one event, for this actor; for the actor asked anew, where the
        database went away in between."""
        while True:
            try:
                async with self.answers, Context(actor) as context:
                    context.operation = operation
                    return await self._selected(scope, executor, context, changes)
            except RequestRefused as refused:
                if refused.code is not Code.SERVICE_UNAVAILABLE:
                    raise
            actor = await self._renewed_after(SECONDS_BETWEEN, visit)

    async def _selected(
        self, scope: Scope, executor: Executor[Any], context: Context, changes: Changes
    ) -> bytes:
        one = executor.build_per_event_executor(changes)
        one.context_value = context
        running = execute_subscription_event(one)
        result = await running if isawaitable(running) else running
        errors = shown_errors(scope, result, self.limits.message_characters)
        return orjson.dumps({"data": result.data, **({"errors": errors} if errors else {})})

    async def _renewed_after(self, seconds: float, visit: Visit) -> Actor:
        """The actor asked anew after a while, or once the database is there."""
        while True:
            await asyncio.sleep(seconds)
            seconds = SECONDS_BETWEEN
            try:
                return await visit.renewed()
            except Exception as fault:
                if not is_unavailable(fault):
                    raise

    def _refused(self, scope: Scope, faults: Sequence[GraphQLError]) -> RequestRefused:
        result = ExecutionResult(None, list(faults))
        errors = shown_errors(scope, result, self.limits.message_characters)
        return RequestRefused(
            "The subscription cannot begin.", Code.BAD_USER_INPUT, errors=tuple(errors)
        )
