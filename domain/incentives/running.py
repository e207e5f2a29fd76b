"""Runs: everybody's pay, or some people's, worked out for some days, by the worker.

A run is made of parts: some payees on one plan, each part one transaction. Killed at any moment, it
goes on where it stood; what stands is seen until what is new is committed. A part that breaks down as
often as it is tried is cut into its payees, and whoever breaks it down is given up, so that a run ends.

A run that tries a version (`trials`) goes the same way, and keeps what it comes to elsewhere.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction, on_behalf_of
from domain.errors import Conflict, Invalid, NotFound
from domain.history import number_events, record
from domain.ids import new_id
from domain.incentives import pay_rows
from domain.incentives.keeping import PAYEES_AT_ONCE, tell, work_out
from domain.incentives.pay_models import PayRun, PayRunPart, PayRunState
from domain.incentives.plan_models import PayPlan
from domain.incentives.plan_rules import sound_days
from domain.incentives.trying import try_out
from domain.installation import on_its_round
from domain.jobs.queue import Payload, enqueue
from domain.jobs.registry import job
from domain.people.access import organisation_wide

MOST_PAYEES = 1_000
MOST_UNDER_WAY = 20
"""So many runs wait or are under way at once: each holds up what is due meanwhile."""
LONGEST = timedelta(days=5 * 366)
LONGEST_REASON = 1_000

# Also whoever was on a plan when it was worked out, and is not any more.
PAYEES: Final = """select term.plan_id, term.person_id from (
    select plan_id, person_id from pay_on_plan where org_id = :org::uuid
      and starts_on <= :last::date and coalesce(ends_on, :first::date) >= :first::date
    union
    select plan_id, person_id from pay_result where org_id = :org::uuid and superseded_at is null
      and starts_on <= :last::date and ends_on >= :first::date) term
  where (:plan::uuid is null or term.plan_id = :plan::uuid)
    and (:payees::uuid[] is null or term.person_id = any(:payees::uuid[]))
  order by term.plan_id, term.person_id"""
# A run that was cancelled meanwhile stays so, whatever was under way is counted.
_FURTHER: Final = """update pay_run set done = done + :done, failed = failed + :failed,
    given_up = given_up + :given_up, version = version + 1, state = case when ends then 'done' else state end,
    ended_at = case when ends then now() else ended_at end
  from (select state = 'running' and done + given_up + :done + :given_up >= total as ends from pay_run
    where org_id = :org::uuid and id = :run::uuid for no key update) stood
  where org_id = :org::uuid and id = :run::uuid returning 1"""
_LAST_PLACE: Final = """select max(place) as place from pay_run_part
  where org_id = :org::uuid and run_id = :run::uuid"""
BROKE_DOWN: Final = (
    "Working out what they are paid broke down each time it was tried. Whoever keeps the installation"
    " finds the cause in the worker's log; when it is mended, ask for another run."
)
COULD_NOT_BEGIN: Final = (
    "Finding out whose pay it is broke down each time it was tried. Whoever keeps the installation finds"
    " the cause in the worker's log; when it is mended, ask for another run."
)


class RunHasEnded(Conflict):
    def __init__(self, state: str) -> None:
        super().__init__(f"This run is {state}; there is nothing to cancel.", path=("id",))


@act
async def run_pay(
    actor: Actor,
    *,
    starts_on: date,
    ends_on: date,
    plan_id: UUID | None = None,
    payees: Sequence[UUID] | None = None,
    reason: str = "",
) -> UUID:
    """Have pay worked out for all periods that these days touch: on one plan or on all, for these
    people or for everybody who is on it."""
    organisation_wide(actor, Act.PAY_RUN)
    sensible(starts_on, ends_on, payees, reason)
    if plan_id is not None and not await PayPlan.exists(org_id=actor.org, id=plan_id):
        raise NotFound("pay plan", path=("planId",))
    under_way = PayRun.filter(org_id=actor.org, tries_id__isnull=True, ended_at__isnull=True)
    if await under_way.count() >= MOST_UNDER_WAY:
        raise Conflict(f"{MOST_UNDER_WAY} runs wait or are under way: let one end, or cancel one.")

    run = await PayRun.add(
        org_id=actor.org,
        id=new_id(),
        plan_id=plan_id,
        starts_on=starts_on,
        ends_on=ends_on,
        payees=None if payees is None else sorted(set(payees)),
        reason=reason,
        asked_by_id=actor.person,
    )

    await record(
        actor,
        "pay.run_asked",
        "pay_run",
        run.id,
        after={"starts_on": starts_on, "ends_on": ends_on, "plan_id": plan_id},
        reason=reason or None,
    )
    await enqueue(current_transaction(), "pay.run", {"org": actor.org, "run": run.id})
    return run.id


def sensible(starts_on: date, ends_on: date, payees: Sequence[UUID] | None, reason: str) -> None:
    """Raises Invalid for what no run can be asked."""
    sound_days(starts_on, max(starts_on, ends_on))
    if not starts_on <= ends_on:
        raise Invalid("A run ends on or after the day on which it starts.", path=("endsOn",))
    if ends_on - starts_on > LONGEST:
        raise Invalid("A run is over five years at most.", path=("endsOn",))
    if payees is not None and not 0 < len(payees) <= MOST_PAYEES:
        raise Invalid(f"Name 1 to {MOST_PAYEES} payees, or none for everybody.", path=("payeeIds",))
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason has at most {LONGEST_REASON} characters.", path=("reason",))


@act
async def cancel_pay_run(actor: Actor, *, run_id: UUID) -> UUID:
    """Let a run do no more; what it has worked out stays."""
    organisation_wide(actor, Act.PAY_RUN)
    run = await stopped(actor, run_id)
    await record(actor, "pay.run_cancelled", "pay_run", run.id)
    return run.id


async def stopped(actor: Actor, run_id: UUID, *, tries: bool = False) -> PayRun:
    """A run, or one that tries a version, that does no more from now on. Raises NotFound, and RunHasEnded."""
    run = await _locked(actor.org, run_id)
    if run is None or (run.tries_id is not None) != tries:
        raise NotFound("dry run" if tries else "pay run")
    if run.state not in (PayRunState.WAITING, PayRunState.RUNNING):
        raise RunHasEnded(run.state)
    await run.change(
        state=PayRunState.CANCELLED, ended_at=datetime.now(UTC), version=run.version + 1
    )
    return run


async def _could_not_begin(payload: Payload) -> None:
    org, run_id = _ids(payload, "org", "run")
    async with on_behalf_of(org):
        run = await _locked(org, run_id)
        if run is not None and run.state == PayRunState.WAITING:
            await run.change(
                state=PayRunState.FAILED,
                failure=COULD_NOT_BEGIN,
                ended_at=datetime.now(UTC),
                version=run.version + 1,
            )


@job("pay.run", given_up=_could_not_begin)
async def begin_run(payload: Payload) -> None:
    """Cut a run into parts, and have each done."""
    org, run_id = _ids(payload, "org", "run")
    async with on_behalf_of(org):
        run = await _locked(org, run_id)
        if run is None or run.state != PayRunState.WAITING:
            return
        found = await pay_rows.rows(
            PAYEES, org=org, first=run.starts_on, last=run.ends_on, plan=run.plan_id, payees=run.payees
        )  # fmt: skip
        whose = pay_rows.by_person(found, "plan_id")
        parts = [
            (plan, [row["person_id"] for row in rows[begin : begin + PAYEES_AT_ONCE]])
            for plan, rows in whose.items()
            for begin in range(0, len(rows), PAYEES_AT_ONCE)
        ]
        for place, (plan, payees) in enumerate(parts):
            await _add_part(run, place, plan, payees)
        now = datetime.now(UTC)
        await run.change(
            state=PayRunState.RUNNING if parts else PayRunState.DONE,
            begun_at=now,
            ended_at=None if parts else now,
            total=len(found),
            version=run.version + 1,
        )


async def _add_part(run: PayRun, place: int, plan: UUID, payees: Sequence[UUID]) -> None:
    part = await PayRunPart.add(
        org_id=run.org_id, id=new_id(), run_id=run.id, place=place, plan_id=plan, payees=payees
    )
    await enqueue(current_transaction(), "pay.run_part", {"org": run.org_id, "part": part.id})


async def _give_up(payload: Payload) -> None:
    """One payee is enough to break a part down, so each is tried alone before anybody is given up."""
    org, part_id = _ids(payload, "org", "part")
    async with on_behalf_of(org):
        part = await _waiting(org, part_id)
        run = None if part is None else await _locked(org, part.run_id)
        if part is None or run is None or run.state != PayRunState.RUNNING:
            return
        now = datetime.now(UTC)
        if len(part.payees) == 1:
            await part.change(given_up_at=now, failure=BROKE_DOWN)
            await _count(run, given_up=1)
            return
        [last] = await pay_rows.rows(_LAST_PLACE, org=org, run=run.id)
        for place, payee in enumerate(part.payees, last["place"] + 1):
            await _add_part(run, place, part.plan_id, [payee])
        await part.change(payees=[], done_at=now)


@job("pay.run_part", given_up=_give_up)
async def do_part(payload: Payload) -> None:
    """Work out the pay of some payees, unless that is done, or the run was cancelled."""
    org, part_id = _ids(payload, "org", "part")
    async with on_behalf_of(org):
        part = await _waiting(org, part_id)
        run = None if part is None else await PayRun.get(org_id=org, id=part.run_id)
        if part is None or run is None or run.state != PayRunState.RUNNING:
            return
        if run.tries_id is None:
            kept = await work_out(
                org, part.plan_id, part.payees, run.starts_on, run.ends_on, run.id
            )
            await tell(await on_its_round(org, datetime.now(UTC)), kept)
            failed = kept.failed
        else:
            failed = await try_out(run, run.tries_id, part.plan_id, part.payees)
        await part.change(done_at=datetime.now(UTC))
        await _count(run, done=len(part.payees), failed=failed)
    await number_events(org)


async def _waiting(org: UUID, part_id: UUID) -> PayRunPart | None:
    """A part that is not done, locked, so that two workers never do the same one."""
    parts = PayRunPart.filter(org_id=org, id=part_id, done_at__isnull=True)
    return await parts.filter(given_up_at__isnull=True).select_for_update(no_key=True).first()


async def _count(run: PayRun, *, done: int = 0, failed: int = 0, given_up: int = 0) -> None:
    counts = {"done": done, "failed": failed, "given_up": given_up}
    await pay_rows.rows(_FURTHER, org=run.org_id, run=run.id, **counts)


async def _locked(org: UUID, run_id: UUID) -> PayRun | None:
    return await PayRun.filter(org_id=org, id=run_id).select_for_update(no_key=True).first()


def _ids(payload: Payload, *names: str) -> tuple[UUID, UUID]:
    first, second = (payload[name] for name in names)
    assert isinstance(first, UUID)
    assert isinstance(second, UUID)
    return first, second
