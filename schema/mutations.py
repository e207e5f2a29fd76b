"""What a mutation is: an input, one act of the domain, a payload.

    goal_approve: GoalApprovePayload = mutation(
        "Agree to a goal.", approve_goal, GoalApproveInput, GoalApprovePayload
    )

A field of the input is the act's keyword of the same name. `clientMutationId` names the message:
sent again with the same input, it has the same answer and no second effect.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

import strawberry
from strawberry.utils.str_converters import to_camel_case

from auth.once import InvalidOnceKey, Once
from domain.acts import take_up
from domain.errors import Faults, Invalid, Refusal
from domain.subjects import Thing
from schema.compiler.fields import argument, with_arguments
from schema.compiler.filters import asked_id
from schema.context import Info
from schema.errors import shown
from schema.plain import input_of, plain

KIND, MAYBE, PARTS = "attain.kind", "attain.maybe", "attain.parts"
CLEARS = "attain.clears"
ITEMS, MOST_ITEMS = "items", 100
MUTATION_ID = "client_mutation_id"


@input_of
class Message:
    """What every mutation's input has."""

    client_mutation_id: str = strawberry.field(
        description="Your name for this message, 1 to 64 printable characters. Use a new one for each"
        " message, and the same one to send a message again: it then has the same answer and no second"
        " effect, for 30 days. With another input it is refused."
    )


@plain
class Payload:
    """What every mutation's payload has."""

    client_mutation_id: str = strawberry.field(description="The message's name, as you sent it.")
    subject: strawberry.Private[UUID | None] = None


@plain
class Result:
    """What became of one of several things that a message asked for."""

    subject: strawberry.Private[UUID | None] = None


def id_of(kind: str, description: str, name: str | None = None, **default: Any) -> Any:
    """An input field that holds an id of this kind, or a list of such ids."""
    return strawberry.field(description=description, name=name, metadata={KIND: kind}, **default)


def id_of_any(kinds: Collection[str], description: str, name: str | None = None) -> Any:
    """An input field that holds an id of one of these kinds; the act gets a `Thing`."""
    return strawberry.field(description=description, name=name, metadata={KIND: tuple(kinds)})


def parts_of(makes: type, description: str, **default: Any) -> Any:
    """An input field that holds a list of inputs; the act gets a `makes` of each."""
    return strawberry.field(description=description, metadata={PARTS: makes}, **default)


def changed(description: str) -> Any:
    """An input field of type `Maybe[... | None]`: left out, the value stays; null is refused."""
    return strawberry.field(description=description, metadata={MAYBE: True}, default=None)


def cleared(description: str) -> Any:
    """The same, where null says that there is to be none."""
    return strawberry.field(
        description=f"{description} Null for none; left out, it stays.",
        metadata={MAYBE: True, CLEARS: True},
        default=None,
    )


def mutation(
    description: str,
    act: Callable[..., Awaitable[UUID]],
    input_type: type[Message],
    payload: type[Payload],
    subject: str | None = None,
) -> Any:
    """A field that performs one act. `subject` is the input's field with the id of what the act is
    about, so that a refusal can show it."""

    async def resolve(root: Any, info: Info, **given: Any) -> Payload:
        context, asked = info.context, given["input"]
        await context.snapshot.renew()
        errors, done, about = [], None, None
        try:
            keywords = _keywords(asked)
            about = keywords.get(subject) if subject else None
            once = _once(asked, info.field_name, keywords)
            done = await act(context.actor.with_once(once), **keywords)
        except Refusal as refused:
            errors = [shown(each, about) for each in refused.each]
        return payload(client_mutation_id=asked.client_mutation_id, errors=errors, subject=done)  # type: ignore[call-arg]  # every payload has `errors`, of its own union

    return with_arguments(
        [argument("input", input_type, "What is to be done.")],
        strawberry.field(resolver=resolve, description=description),
    )


def mutation_of_each(
    description: str,
    act: Callable[..., Awaitable[UUID]],
    input_type: type[Message],
    payload: type[Payload],
    result: type[Result],
    subject: str,
) -> Any:
    """A field that performs one act for each of the input's `items`, in their order, with what the
    items and the rest of the input say. Each is done or refused by itself; what was done is done
    once, also where the message is sent again because nobody heard the answer. `subject` is the
    items' field with the id of what each is about."""

    async def resolve(root: Any, info: Info, **given: Any) -> Payload:
        context, asked = info.context, given["input"]
        await context.snapshot.renew()
        errors, results = [], []
        try:
            common, items = _items(asked, subject)
            once = _once(asked, info.field_name, {**common, ITEMS: items})
            await take_up(context.actor.with_once(once))
        except Refusal as refused:
            errors, items = [shown(each, None) for each in refused.each], []
        for place, item in enumerate(items):
            about, done, refusals = item[subject], None, []
            named = {subject: getattr(asked.items[place], subject)}
            try:
                actor = context.actor.with_once(once.part(str(about)))
                done = await act(actor, **common, **item)
            except Refusal as refused:
                refusals = [shown(each, about) for each in refused.each]
            told = {**named, "subject": done, "errors": refusals}
            results.append(result(**told))
        await context.snapshot.renew()
        return payload(
            client_mutation_id=asked.client_mutation_id,
            errors=errors,
            results=results,  # type: ignore[call-arg]  # such a payload has both
        )

    return with_arguments(
        [argument("input", input_type, "What is to be done.")],
        strawberry.field(resolver=resolve, description=description),
    )


def _items(asked: Message, subject: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What all parts of a message share, and the keywords of each. Raises Invalid."""
    common = _keywords(asked)
    items = common.pop(ITEMS)
    if not 1 <= len(items) <= MOST_ITEMS:
        raise Invalid(f"Between 1 and {MOST_ITEMS} items at once.", path=(ITEMS,))
    if len({item[subject] for item in items}) < len(items):
        raise Invalid("Each can be named once.", path=(ITEMS,))
    return common, items


def _keywords(asked: Message) -> dict[str, Any]:
    """The act's keywords; what the caller left out is left out. Raises Invalid, of all that cannot
    be read at once."""
    faults: list[Refusal] = []
    keywords = read_input(asked, (), faults)
    Faults.raised(faults)
    return keywords


def read_input(asked: Any, at: tuple[str, ...], faults: list[Refusal]) -> dict[str, Any]:
    """What an input says, by the names of its fields in Python; what cannot be read joins `faults`."""
    read = {}
    for declared in fields(asked):
        value = getattr(asked, declared.name)
        if declared.name == MUTATION_ID or value is strawberry.UNSET:
            continue
        path = (*at, declared.graphql_name or to_camel_case(declared.name))  # type: ignore[attr-defined]  # Strawberry's fields are all its own
        if MAYBE in declared.metadata:
            if value is None:
                continue
            value = value.value
        try:
            read[declared.name] = _value(value, declared.metadata, path, faults)
        except Invalid as refused:
            faults.append(refused)
    return read


def _value(
    value: Any, said: Mapping[str, Any], path: tuple[str, ...], faults: list[Refusal]
) -> Any:
    if value is None:
        if MAYBE in said and CLEARS not in said:
            raise Invalid("This cannot be null; leave it out to keep it as it is.", path=path)
        return None
    if KIND in said:
        if isinstance(said[KIND], tuple):
            return _thing(value, said[KIND], path)
        if isinstance(value, list):
            return [
                asked_id(each, said[KIND], path=(*path, str(place)))
                for place, each in enumerate(value)
            ]
        return asked_id(value, said[KIND], path=path)
    if PARTS in said:
        parts = [read_input(part, (*path, str(place)), faults) for place, part in enumerate(value)]
        return [] if faults else [said[PARTS](**part) for part in parts]
    return value


def _thing(value: str, kinds: Collection[str], path: tuple[str, ...]) -> Thing:
    kind = value.rpartition("_")[0]
    if kind not in kinds:
        raise Invalid(f"The id must be that of one of these: {', '.join(kinds)}.", path=path)
    return Thing(kind, asked_id(value, kind, path=path))


def _once(asked: Message, name: str, keywords: Mapping[str, Any]) -> Once:
    try:
        return Once.of(asked.client_mutation_id, name, keywords)
    except InvalidOnceKey as refused:
        raise Invalid(str(refused), path=("clientMutationId",)) from None
