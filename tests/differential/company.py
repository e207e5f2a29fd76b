"""The organisations that the differential tests ask about, written to the database once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.database import on_behalf_of
from domain.history import number_events
from domain.people.reporting import rebuild_reach
from domain.territories.tree import rebuild_within
from tests.differential.access_requests import furnish_access_requests
from tests.differential.agreed import DELEGATED, furnish_agreement
from tests.differential.aims import furnish_goals, furnish_history
from tests.differential.cast import ROLES, furnish_people
from tests.differential.comments import furnish_comments
from tests.differential.confided import furnish_notes
from tests.differential.credits import furnish_credits
from tests.differential.digests import furnish_digests
from tests.differential.forms import furnish_forms, furnish_templates
from tests.differential.furnishing import TODAY, Furniture, columns
from tests.differential.pay import furnish_pay
from tests.differential.pay_plans import furnish_pay_plans
from tests.differential.scorecards import furnish_scorecards
from tests.differential.talks import furnish_talks
from tests.differential.tasks import furnish_programmes, furnish_tasks
from tests.differential.trade import furnish_trade
from tests.differential.troubles import furnish_troubles
from tests.differential.voices import furnish_voices
from tests.differential.years import furnish_years

ORDER = (
    "person", "role_grant", "position", "reporting_line", "holding", "territory",
    "territory_assignment", "account", "product", "sale", "opportunity", "expense", "measure",
    "calendar", "calendar_period", "season", "day_off", "goal_template", "goal_template_kpi", "ramp", "goal_assignment", "goal",
    "goal_decision", "check_in", "goal_contributor", "goal_kpi", "goal_adjustment", "goal_rating", "goal_closing",
    "goal_revision", "goal_change", "goal_amendment", "goal_segment", "delegation", "goal_lock",
    "blocker", "corrective_plan", "corrective_step", "goal_milestone",
    "notice_preference", "digest_preference", "activity_preference", "digest", "notice",
    "scorecard", "assessment", "assessment_score",
    "one_to_one", "agenda_item", "coaching_session",
    "goal_proposal", "goal_budget", "goal_cascade", "goal_cascade_line",
    "pay_plan", "pay_plan_version", "pay_assignment", "pay_override", "event",
    "feedback_visibility", "feedback_sight", "feedback_request", "feedback_reply", "feedback", "unnamed_feedback",
    "recognition_value", "recognition", "insight", "insight_step", "insight_vote",
    "sale_event", "sale_split", "crediting_policy", "exchange_rate", "crediting_rule", "credit", "credit_proposal", "sale_crediting",
    "pay_run", "pay_run_part", "pay_trial_payee", "pay_result",
    "access_request", "access_extract",
    "note", "note_revision", "note_reply", "note_evidence",
    "task", "task_part", "task_due_change", "programme",
    "comment", "comment_version", "mention",
)  # fmt: skip
STANDARD_MEASURES = (
    "revenue", "margin", "units", "new_customers", "win_rate", "cycle_length", "acquisition_cost",
)  # fmt: skip
EARLIER = date(2019, 6, 30)
LATER = date(2020, 5, 30)


@dataclass(frozen=True, slots=True)
class Company:
    """What was written, by the names that the story uses."""

    org: UUID
    ids: Mapping[tuple[str, str], UUID]
    shares: Mapping[UUID, frozenset[UUID]]
    """The goals in which somebody has a part."""
    today: date = TODAY

    def person(self, name: str) -> UUID:
        return self.ids["person", name]

    def territory(self, name: str) -> UUID:
        return self.ids["territory", name]

    def delegators(self, name: str, today: date) -> frozenset[UUID]:
        """In whose place somebody decides on a day: managers who are still here."""
        return frozenset(
            self.person(delegator)
            for delegator, delegate, first, last, ended in DELEGATED
            if delegate == name
            and not ended
            and first <= today.isoformat() <= last
            and "manager" in ROLES[delegator]
            and delegator != "Xan"
        )


async def found(seed: str, currency: str, *, to_the_bounds: bool = False) -> Company:
    """A new organisation with everything in it; the same seed gives the same ids."""
    made = Furniture(seed, currency, to_the_bounds)
    furnish_people(made)
    furnish_trade(made)
    furnish_templates(made)
    furnish_goals(made)
    furnish_agreement(made)
    furnish_scorecards(made)
    furnish_forms(made)
    furnish_history(made)
    furnish_years(made)
    furnish_pay_plans(made)
    furnish_credits(made)
    furnish_pay(made)
    furnish_voices(made)
    furnish_troubles(made)
    furnish_access_requests(made)
    furnish_talks(made)
    furnish_notes(made)
    furnish_tasks(made)
    furnish_comments(made)
    furnish_digests(made)
    furnish_programmes(made)
    async with on_behalf_of(made.org, sees_all_words=True) as transaction:
        await transaction.execute_query(
            "insert into organisation (org_id, slug, name, currency, time_zone, business_date)"
            " values ($1, $2, $3, $4, 'Asia/Kolkata', $5)",
            [made.org, f"differential-{made.org.hex}", "Company\u2028\"'\\", currency, TODAY],
        )
        await _name_standard_measures(transaction, made)
        for table in ORDER:
            rows = made.rows[table]
            names = ", ".join(columns(rows))
            await transaction.execute_query(
                f"insert into {table} ({names}) select {names}"
                f" from jsonb_populate_recordset(null::public.{table}, $1::jsonb)",
                [json.dumps(rows, default=str)],
            )
        await _change_policy(transaction, made)
        await rebuild_reach(transaction, made.org)
        await rebuild_within(transaction, made.org)
    await number_events(made.org)
    await _leave_an_event_without_a_number(made)
    return Company(made.org, made.ids, _shares(made))


async def _name_standard_measures(transaction: BaseDBAsyncClient, made: Furniture) -> None:
    """The measures that every organisation begins with, under the same ids in every run."""
    for key in STANDARD_MEASURES:
        await transaction.execute_query(
            "update measure set id = $3 where org_id = $1 and key = $2",
            [made.org, key, made.new_id()],
        )


async def _change_policy(transaction: BaseDBAsyncClient, made: Furniture) -> None:
    """The policy that every organisation begins with; the company that pays in dollars goes by a
    season and works from Sunday on."""
    await transaction.execute_query(
        "update goal_policy set season_id = $2, working_days = $3, updated_at = $4,"
        " check_in_every_days = case when $2::uuid is null then 30 end where org_id = $1",
        [
            made.org,
            made.id("season", "0" if made.currency == "USD" else None),
            ["sunday", "monday", "tuesday", "thursday"]
            if made.currency == "USD"
            else ["monday", "tuesday", "wednesday", "thursday", "friday"],
            datetime(2020, 5, 1, 12, tzinfo=UTC),
        ],
    )


def _shares(made: Furniture) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for row in made.rows["goal_contributor"]:
        found.setdefault(row["person_id"], set()).add(row["goal_id"])
    return {person: frozenset(goals) for person, goals in found.items()}


async def _leave_an_event_without_a_number(made: Furniture) -> None:
    async with on_behalf_of(made.org, sees_all_words=True) as transaction:
        await transaction.execute_query(
            "insert into event (org_id, id, act, subject_kind, via) values ($1, $2, 'goal.drafted',"
            " 'goal', 'mobile')",
            [made.org, made.new_id()],
        )


def roles_of(name: str) -> frozenset[str]:
    return frozenset(ROLES[name])
