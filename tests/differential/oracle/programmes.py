"""What programmes of one-to-ones mean: who was to meet whom in each interval, and who did."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Row
from tests.differential.oracle.filters import BAD_USER_INPUT, FILTERS, holding
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.reporting import Tree
from tests.differential.oracle.standing import View

Args = dict[str, Any]
PAIRS = Order("ProgrammePair", ("starts_on", "programme_id", "until", "coachee_id"), True)
REPORTS = Order("ProgrammeReport", ("starts_on", "programme_id", "until", "manager_id"), True)
TOTALS = Order("ProgrammeTotal", ("starts_on", "programme_id", "until"), True)
COUNTED = ("planned", "done", "due", "overdue", "joined")


def days_refused(view: View, given: Args) -> Iterator[str]:
    first, last = _days(view, given)
    if last < first or last - first > timedelta(days=400):
        yield BAD_USER_INPUT


def _days(view: View, given: Args) -> tuple[date, date]:
    last = given.get("to") or view.today
    usual = date.fromordinal(max(last.toordinal() - 91, 1))
    return given.get("from") or usual, last


def about(view: View, programme: Row, args: Args) -> list[str]:
    leader, roles = programme["leader_id"], view.caller.roles
    is_manager = "manager" in roles and leader == view.caller.person
    defines = roles & {"hr", "comp_admin"} or is_manager or (leader and view.leads(leader))
    return ["RETIRE"] if programme["retired_on"] is None and defines else []


def pairs(view: View, row: object, args: Args) -> Any:
    def sees(pair: Row) -> bool:
        own = pair["coachee_id"] == view.caller.person and not view.is_partner
        return own or view.reads("coaching", pair["manager_id"])

    return _page(view, PAIRS, "programmePairs", args, filter(sees, _pairs(view, args)))


def reports(view: View, row: object, args: Args) -> Any:
    rows = _counted(_pairs(view, args), "manager_id")
    seen = (each for each in rows if view.reads("coaching", each["manager_id"]))
    return _page(view, REPORTS, "programmeReports", args, seen)


def totals(view: View, row: object, args: Args) -> Any:
    rows = _counted(_pairs(view, args)) if view.reads_all("coaching_total") else ()
    told = (
        each if each["managers"] >= 5 else {**each, **dict.fromkeys(("managers", *COUNTED))}
        for each in rows
    )
    return _page(view, TOTALS, "programmeTotals", args, told)


def _page(view: View, order: Order, name: str, args: Args, rows: Iterable[Row]) -> Any:
    holds = holding(FILTERS[name], view, args.get("filter"))
    return page(order, args, order.sorted(filter(holds, rows)))


def _counted(rows: Iterable[Row], *by: str) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for each in rows:
        groups[tuple(each[key] for key in ("programme_id", "starts_on", "until", *by))].append(each)
    found = []
    for of in groups.values():
        states = [each["state"] for each in of]
        counts = {state: states.count(state) for state in COUNTED[1:]}
        managers = len({each["manager_id"] for each in of})
        planned = len(of) - counts["joined"]
        found.append({**of[0], **counts, "planned": planned, "managers": managers})
    return found


def _pairs(view: View, args: Args) -> list[Row]:
    first, last = _days(view, args.get("filter") or {})
    key = ("programme pairs", view.today, first, last)
    if key not in view.facts.remembered:
        view.facts.remembered[key] = [
            pair
            for programme in view.facts.all("Programme")
            for starts_on, until in _intervals(programme)
            if starts_on <= min(last, view.today) and until > first
            for pair in _pairs_of(view, programme, starts_on, until)
        ]
    found: list[Row] = view.facts.remembered[key]
    return found


def _intervals(programme: Row) -> Iterator[tuple[date, date]]:
    day, end = programme["starts_on"], min(programme["until"], programme["retired_on"] or date.max)
    while day < end:
        following = day + timedelta(weeks=programme["every_weeks"])
        yield day, min(following, end)
        day = following


def _pairs_of(view: View, programme: Row, starts_on: date, until: date) -> Iterator[Row]:
    day = min(until - timedelta(days=1), view.today)
    tree, before = _tree(view, day), _tree(view, starts_on)
    for coachee, above in tree.above.items():
        here = {each: min(lines) for each, lines in above.items() if _is_here(view, each, day)}
        leader = programme["leader_id"]
        if not here or not _is_here(view, coachee, day):
            continue
        if leader is not None and not tree.is_above(leader, coachee):
            continue
        manager = min(here, key=lambda each: (here[each], each))
        held = [
            each["held_on"]
            for each in view.facts.all("CoachingSession")
            if (each["manager_id"], each["coachee_id"]) == (manager, coachee)
            and starts_on <= each["held_on"] < until
        ]
        if held:
            state = "done"
        elif not before.is_above(manager, coachee):
            state = "joined"
        else:
            state = "due" if until > view.today else "overdue"
        yield {
            "programme_id": programme["id"],
            "starts_on": starts_on,
            "until": until,
            "manager_id": manager,
            "coachee_id": coachee,
            "vacancies": here[manager] - 1,
            "held": len(held),
            "held_on": max(held, default=None),
            "state": state,
        }


def _is_here(view: View, person: UUID, day: date) -> bool:
    row = view.facts.rows["Person"][person]
    disabled = row["disabled_at"]
    stays = disabled is None or disabled.date() > day
    return stays and (row["left_on"] is None or row["left_on"] > day)


def _tree(view: View, day: date) -> Tree:
    if (key := ("tree", day)) not in view.facts.remembered:
        view.facts.remembered[key] = Tree(view.facts, day)
    tree: Tree = view.facts.remembered[key]
    return tree
