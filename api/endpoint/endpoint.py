"""The GraphQL endpoint: POST and GET of queries, POST of mutations, JSON out."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson
import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.endpoint.codings import choose_codings
from api.endpoint.documents import Documents
from api.endpoint.errors import Code, RequestRefused, Unauthenticated
from api.endpoint.event_streams import (
    refused_event,
    single_event,
    takes_events,
    takes_only_events,
)
from api.endpoint.execution import Execution, Operation, ordinary_execution
from api.endpoint.facts import facts_of
from api.endpoint.known import KnownDocuments, Persisted
from api.endpoint.limits import DocumentLimits
from api.endpoint.negotiation import choose_media_type
from api.endpoint.outcome import log_fault, shown_errors
from api.endpoint.replies import (
    Form,
    masked,
    partial_reply,
    refusal_reply,
    unavailable,
    whole_reply,
)
from api.endpoint.request import GraphQLRequest, read_request
from api.endpoint.spending import Bill, Spending, with_cost
from api.endpoint.turns import Turns
from api.endpoint.unavailable import is_unavailable
from domain.database import one_wait

ActorT = TypeVar("ActorT")

_LOGGABLE_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who an actor is by ids: for logs and metrics, which never name a person, and for what each
    may spend. `app` names the app of ours that a person calls with.

    A partner app may send documents of its own in production; whoever is none may not.
    """

    org_id: str
    client_id: str
    is_partner: bool = False
    app: str = ""
    person_id: str = ""


Streams = Callable[[Request, GraphQLRequest, Operation, ActorT], Awaitable[Response]]
"""(request, what was asked, its operation, actor) -> the stream as a reply."""


class GraphQLEndpoint(Generic[ActorT]):
    """An ASGI application for one path.

    `authenticate` gives the actor, None when no credentials came, and raises Unauthenticated for
    bad ones. `describe` says what may be logged of an actor. `open_context` opens what resolvers
    get as `info.context` and closes it when the operation has run; it and the execution may raise
    Unauthenticated too, where a caller turns out to be nobody any more. `execution` replaces ordinary
    execution. In development strangers may ask about the schema, so that tools work before anybody
    has signed in; they are never given a context. `trusted` is the text for each hash of a
    document published with this installation; in production nobody but partner apps sends others.
    `persisted` keeps the documents that callers register under a hash; without it nobody's are.
    `spending` says what each operation costs, and may refuse it. `streams` is set where subscriptions
    are offered, and begins one.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        authenticate: Callable[[Request], Awaitable[ActorT | None]],
        describe: Callable[[ActorT], Caller],
        open_context: Callable[[ActorT, Request], AbstractAsyncContextManager[object]],
        limits: DocumentLimits,
        development: bool = False,
        introspection: bool = True,
        execution: Execution | None = None,
        spending: Spending | None = None,
        trusted: Mapping[str, str] | None = None,
        persisted: Persisted[ActorT] | None = None,
        renew: Callable[[ActorT], Awaitable[object]] | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.streams: Streams[ActorT] | None = None
        self._authenticate = authenticate
        self._renew = renew
        self._describe = describe
        self._open_context = open_context
        self._limits = limits
        self._spending = spending
        self._turns = turns
        self._development = development
        self._strangers_may_look = development and introspection
        self._known = KnownDocuments(trusted or {}, persisted)
        self._documents = Documents(
            schema, limits, introspection=introspection, hide_suggestions=not development
        )
        self._execute = execution or ordinary_execution(
            schema, hide_suggestions=not development, coercion_errors=limits.coercion_errors
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"The endpoint speaks HTTP, not {scope['type']}.")
        request = Request(scope, receive)
        with one_wait():
            reply = await self._reply(request)
        await reply(scope, receive, send)

    async def _reply(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except RequestRefused as refused:
            if refused.is_about_document and self.streams and takes_only_events(request):
                return refused_event(refused)
            return refusal_reply(request.scope, refused)
        except Unauthenticated as refused:
            told = _unauthenticated(refused.message, 'Bearer error="invalid_token"')
            return refusal_reply(request.scope, told)
        except Exception as fault:
            if is_unavailable(fault):
                return refusal_reply(request.scope, unavailable(request.scope, fault))
            log_fault(request.scope, fault)
            return refusal_reply(request.scope, masked(request.scope))

    async def _answer(self, request: Request) -> Response:
        _check_method(request)
        as_event = self.streams is not None and takes_only_events(request)
        form = None if as_event else _acceptable_form(request)
        actor = await self.caller(request)
        try:
            return await self._answered_to(actor, request, form)
        except RequestRefused:
            if self._renew is not None and actor is not None:
                await self._renew(actor)
            raise

    async def _answered_to(
        self, actor: ActorT | None, request: Request, form: Form | None
    ) -> Response:
        """`form` is None where an event stream is all that the caller accepts."""
        asked = await read_request(request, self._limits)
        operation = await self.prepared(request.scope, asked, actor)
        self._check_kind(request, operation)
        bill = await self.charged(asked, operation, actor)
        if operation.kind == "subscription" and self.streams and actor is not None:
            return await self.streams(request, asked, operation, actor)
        shown_bill = bill if request.headers.get("graphql-cost") == "include" else None
        body, has_errors = await self.answered(
            request, operation, asked.variables, actor, shown_bill
        )
        if form is None:
            return single_event(body)
        if has_errors:
            return partial_reply(body, form)
        return whole_reply(body, form, request.method)

    def _check_kind(self, request: Request, operation: Operation) -> None:
        is_streamed = self.streams is not None and takes_events(request)
        if operation.kind == "subscription" and not is_streamed:
            raise RequestRefused(
                "A subscription is answered as a stream: accept text/event-stream, or use the"
                " WebSocket at this address (graphql-transport-ws).",
                Code.OPERATION_RESOLUTION_FAILURE,
            )
        if operation.kind == "mutation" and request.method == "GET":
            raise RequestRefused(
                "A mutation must be sent with POST.", status=405, headers={"Allow": "POST"}
            )

    async def prepared(
        self, scope: Scope, asked: GraphQLRequest, actor: ActorT | None
    ) -> Operation:
        """The validated operation that this caller may run. Raises RequestRefused."""
        text = await self._known.text_of(asked, actor, may_send_any=self._may_send_any(actor))
        if self._spending and actor is not None and not self._documents.knows(text):
            self._spending.charge_reading(self._describe(actor), text)
        operation = self._documents.prepare(text, asked.operation_name)
        _note(scope, operation)
        if actor is None and not operation.asks_about_schema_only:
            raise _signed_out()
        return operation

    async def charged(
        self, asked: GraphQLRequest, operation: Operation, actor: ActorT | None
    ) -> Bill | None:
        """Charge the caller for the operation, and remember its document where they want that.
        Raises RequestRefused where they have spent too much."""
        bill = self.spend(actor, operation, asked.variables)
        await self._known.keep(asked, actor)
        return bill

    async def answered(
        self,
        request: Request,
        operation: Operation,
        variables: dict[str, object],
        actor: ActorT | None,
        shown_bill: Bill | None = None,
    ) -> tuple[bytes, bool]:
        """The response's body, and whether it has errors beside its data. Raises RequestRefused."""
        async with self._turn_of(actor), self._context(actor, request) as context:
            result = await self._execute(operation, variables, context)
        if isinstance(result, bytes):
            return with_cost(result, shown_bill) if shown_bill else result, False
        errors = shown_errors(request.scope, result, self._limits.message_characters)
        body = {"data": result.data, **({"errors": errors} if errors else {})}
        if shown_bill:
            body["extensions"] = {"cost": shown_bill.shown()}
        return orjson.dumps(body), bool(errors)

    async def caller(self, request: Request) -> ActorT | None:
        """The actor; None for a stranger who may look at the schema."""
        actor = await self._authenticate(request)
        if actor is None:
            if self._strangers_may_look:
                return None
            raise _signed_out()
        facts, caller = facts_of(request.scope), self._describe(actor)
        facts.org_id, facts.client_id = caller.org_id, caller.client_id
        return actor

    def spend(
        self, actor: ActorT | None, operation: Operation, variables: Mapping[str, object]
    ) -> Bill | None:
        """Charge the caller for running the operation once. Raises RequestRefused where they have
        spent too much, with the seconds to wait in `Retry-After`."""
        if self._spending is None:
            return None
        spender = None if actor is None else self._describe(actor)
        return self._spending.spend(spender, operation, variables)

    def _turn_of(self, actor: ActorT | None) -> AbstractAsyncContextManager[object]:
        if self._turns is None or actor is None:
            return nullcontext()
        caller = self._describe(actor)
        return self._turns.of((caller.org_id, caller.person_id or caller.client_id))

    def _may_send_any(self, actor: ActorT | None) -> bool:
        """Whether documents other than the trusted ones run for this caller."""
        return self._development or (actor is not None and self._describe(actor).is_partner)

    def _context(
        self, actor: ActorT | None, request: Request
    ) -> AbstractAsyncContextManager[object]:
        return nullcontext() if actor is None else self._open_context(actor, request)


def _signed_out() -> RequestRefused:
    return _unauthenticated("This needs an access token: sign in first.", "Bearer")


def _check_method(request: Request) -> None:
    if request.method not in ("GET", "POST"):
        raise RequestRefused(
            "GraphQL is offered over GET and POST.", status=405, headers={"Allow": "GET, POST"}
        )


def _acceptable_form(request: Request) -> Form:
    media_type = choose_media_type(request.headers.get("accept"))
    if media_type is None:
        raise RequestRefused(
            "The answer is offered as application/graphql-response+json or application/json.",
            status=406,
        )
    codings = choose_codings(request.headers.get("accept-encoding"))
    if codings is None:
        raise RequestRefused("The answer is offered in zstd, br or gzip, or as it is.", status=406)
    return Form(media_type, codings, request.headers.get("if-none-match"))


def _note(scope: Scope, operation: Operation) -> None:
    facts = facts_of(scope)
    facts.operation_kind = operation.kind
    if operation.name and _LOGGABLE_NAME.fullmatch(operation.name):
        facts.operation_name = operation.name


def _unauthenticated(message: str, challenge: str) -> RequestRefused:
    return RequestRefused(
        message, Code.UNAUTHENTICATED, status=401, headers={"WWW-Authenticate": challenge}
    )
