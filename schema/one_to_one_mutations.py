"""What callers do about their one-to-ones and what to talk about in them."""

import datetime
from typing import Annotated

import strawberry

from domain.one_to_ones import actions, agenda
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.one_to_ones import AgendaItem, OneToOne
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
_WRITTEN_AT = "When you wrote this, by your clock, where it was offline: not in time to come; now, if left out."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class OneToOnePayload(Payload):
    """What every payload about a one-to-one has."""

    one_to_one: OneToOne | None = one(
        "The one-to-one as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class AgendaItemPayload(Payload):
    """What every payload about a point of an agenda has."""

    agenda_item: AgendaItem | None = one(
        "The point as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class OneToOnePlanInput(Message):
    """A one-to-one with somebody above or below you, or with HR."""

    id: strawberry.ID | None = id_of(
        "one_to_one",
        "The new one-to-one's id, if you made one: `one_to_one_` and a UUID version 7.",
        "oneToOneId",
        default=strawberry.UNSET,
    )
    with_id: strawberry.ID = id_of("person", "With whom.")
    starts_at: datetime.datetime = strawberry.field(
        description="When it begins: within two years, or, written down afterwards, at most 92 days ago."
    )
    written_at: datetime.datetime | None = strawberry.field(
        description=_WRITTEN_AT, default=strawberry.UNSET
    )


OneToOnePlanError = Annotated[
    Refused, strawberry.union("OneToOnePlanError", description="Why it was not planned.")
]


@plain
class OneToOnePlanPayload(OneToOnePayload):
    """What became of planning a one-to-one."""

    errors: list[OneToOnePlanError] = strawberry.field(description=_ERRORS)


@input_of
class OneToOneMoveInput(Message):
    """A one-to-one that is to begin at another time."""

    one_to_one_id: strawberry.ID = id_of("one_to_one", "Which one.", "id")
    starts_at: datetime.datetime = strawberry.field(description="When it is to begin.")
    seen_starts_at: datetime.datetime = strawberry.field(
        description="When it begins, as you saw it: where it was moved meanwhile, nothing is done."
    )


OneToOneMoveError = Annotated[
    Refused, strawberry.union("OneToOneMoveError", description="Why it was not moved.")
]


@plain
class OneToOneMovePayload(OneToOnePayload):
    """What became of moving a one-to-one."""

    errors: list[OneToOneMoveError] = strawberry.field(description=_ERRORS)


@input_of
class OneToOneHoldInput(Message):
    """A one-to-one that was held."""

    one_to_one_id: strawberry.ID = id_of("one_to_one", "Which one.", "id")
    held_on: datetime.date | None = strawberry.field(
        description="On which day: today, if left out, and at most 92 days ago.",
        default=strawberry.UNSET,
    )
    written_at: datetime.datetime | None = strawberry.field(
        description=_WRITTEN_AT, default=strawberry.UNSET
    )


OneToOneHoldError = Annotated[
    Refused, strawberry.union("OneToOneHoldError", description="Why it does not count as held.")
]


@plain
class OneToOneHoldPayload(OneToOnePayload):
    """What became of saying that a one-to-one was held."""

    errors: list[OneToOneHoldError] = strawberry.field(description=_ERRORS)


@input_of
class OneToOneCancelInput(Message):
    """A one-to-one that will not take place."""

    one_to_one_id: strawberry.ID = id_of("one_to_one", "Which one.", "id")


OneToOneCancelError = Annotated[
    Refused, strawberry.union("OneToOneCancelError", description="Why it was not cancelled.")
]


@plain
class OneToOneCancelPayload(OneToOnePayload):
    """What became of cancelling a one-to-one."""

    errors: list[OneToOneCancelError] = strawberry.field(description=_ERRORS)


@input_of
class OneToOneOrderInput(Message):
    """The order in which to talk about what waits."""

    one_to_one_id: strawberry.ID = id_of("one_to_one", "On whose agenda.", "id")
    item_ids: list[strawberry.ID] = id_of(
        "agenda_item", "All points that wait, as far as you see them, in their new order."
    )


OneToOneOrderError = Annotated[
    Refused, strawberry.union("OneToOneOrderError", description="Why the order was not changed.")
]


@plain
class OneToOneOrderPayload(OneToOnePayload):
    """What became of ordering an agenda."""

    errors: list[OneToOneOrderError] = strawberry.field(description=_ERRORS)


@input_of
class AgendaItemAddInput(Message):
    """Something to talk about."""

    id: strawberry.ID | None = id_of(
        "agenda_item",
        "The new point's id, if you made one: `agenda_item_` and a UUID version 7.",
        "agendaItemId",
        default=strawberry.UNSET,
    )
    one_to_one_id: strawberry.ID = id_of("one_to_one", "In which one-to-one of yours.", "id")
    what: str = strawberry.field(description="What to talk about, 1 to 1,000 characters.")
    only_mine: bool = strawberry.field(
        description="Whether only you are to see it until you open it.", default=False
    )
    written_at: datetime.datetime | None = strawberry.field(
        description=_WRITTEN_AT, default=strawberry.UNSET
    )


AgendaItemAddError = Annotated[
    Refused, strawberry.union("AgendaItemAddError", description="Why a point was not added.")
]


@plain
class AgendaItemAddPayload(AgendaItemPayload):
    """What became of adding a point."""

    errors: list[AgendaItemAddError] = strawberry.field(description=_ERRORS)


@input_of
class AgendaItemOpenInput(Message):
    """A point of yours that the other may see from now on."""

    item_id: strawberry.ID = id_of("agenda_item", "Which point.", "id")


AgendaItemOpenError = Annotated[
    Refused, strawberry.union("AgendaItemOpenError", description="Why a point was not opened.")
]


@plain
class AgendaItemOpenPayload(AgendaItemPayload):
    """What became of opening a point."""

    errors: list[AgendaItemOpenError] = strawberry.field(description=_ERRORS)


@input_of
class AgendaItemTickInput(Message):
    """A point that was talked about, or not after all."""

    item_id: strawberry.ID = id_of("agenda_item", "Which point.", "id")
    done: bool = strawberry.field(description="Whether it was talked about.", default=True)


AgendaItemTickError = Annotated[
    Refused, strawberry.union("AgendaItemTickError", description="Why a point was not ticked off.")
]


@plain
class AgendaItemTickPayload(AgendaItemPayload):
    """What became of ticking a point off."""

    errors: list[AgendaItemTickError] = strawberry.field(description=_ERRORS)


@input_of
class AgendaItemWithdrawInput(Message):
    """A point that you wrote and take back."""

    item_id: strawberry.ID = id_of("agenda_item", "Which point.", "id")


AgendaItemWithdrawError = Annotated[
    Refused,
    strawberry.union("AgendaItemWithdrawError", description="Why a point was not withdrawn."),
]


@plain
class AgendaItemWithdrawPayload(AgendaItemPayload):
    """What became of withdrawing a point."""

    errors: list[AgendaItemWithdrawError] = strawberry.field(description=_ERRORS)


@plain
class OneToOneMutations:
    """One-to-ones and their agendas."""

    one_to_one_plan: OneToOnePlanPayload = mutation(
        "Plan a one-to-one with somebody above or below you, or with HR. What the two of you did not"
        " talk about before goes on its agenda.",
        actions.plan_one_to_one,
        OneToOnePlanInput,
        OneToOnePlanPayload,
    )
    one_to_one_move: OneToOneMovePayload = mutation(
        "Move a one-to-one of yours.",
        actions.move_one_to_one,
        OneToOneMoveInput,
        OneToOneMovePayload,
    )
    one_to_one_hold: OneToOneHoldPayload = mutation(
        "Say that a one-to-one of yours was held. What was not ticked off goes to the next one; said"
        " twice, it was held once.",
        actions.hold_one_to_one,
        OneToOneHoldInput,
        OneToOneHoldPayload,
    )
    one_to_one_cancel: OneToOneCancelPayload = mutation(
        "Cancel a one-to-one of yours. What was to be talked about goes to the next one.",
        actions.cancel_one_to_one,
        OneToOneCancelInput,
        OneToOneCancelPayload,
    )
    one_to_one_order: OneToOneOrderPayload = mutation(
        "Put what waits on an agenda in order.",
        agenda.order_agenda,
        OneToOneOrderInput,
        OneToOneOrderPayload,
    )
    agenda_item_add: AgendaItemAddPayload = mutation(
        "Add a point to the agenda of a one-to-one of yours, for both or, until you open it, for you"
        " alone.",
        agenda.add_agenda_item,
        AgendaItemAddInput,
        AgendaItemAddPayload,
    )
    agenda_item_open: AgendaItemOpenPayload = mutation(
        "Let the other see a point that was yours alone.",
        agenda.open_agenda_item,
        AgendaItemOpenInput,
        AgendaItemOpenPayload,
    )
    agenda_item_tick: AgendaItemTickPayload = mutation(
        "Say that a point was talked about, or, before the one-to-one ends, that it was not after all.",
        agenda.tick_agenda_item,
        AgendaItemTickInput,
        AgendaItemTickPayload,
    )
    agenda_item_withdraw: AgendaItemWithdrawPayload = mutation(
        "Take back a point that you wrote.",
        agenda.withdraw_agenda_item,
        AgendaItemWithdrawInput,
        AgendaItemWithdrawPayload,
    )
