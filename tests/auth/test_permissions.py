"""The table once more, by hand and in another shape: each cell is asked of a real actor."""

from datetime import date
from itertools import chain, combinations
from pathlib import Path
from uuid import UUID

import pytest

from auth.actor import Actor, Assurance, Role, Scope
from auth.matrix import markdown
from auth.permissions import (
    ACTS,
    ALL,
    READS,
    Act,
    FieldClass,
    Relation,
    may,
    may_upon,
    org_wide,
    reach,
)

TODAY = date(2020, 5, 29)
ORG, SOMEBODY, APP, WEST = (UUID(int=number) for number in range(1, 5))
SELF, CHAIN, TOP, COLLEAGUE, GRANTED = Relation


def person(*roles: Role) -> Actor:
    nothing: frozenset[Scope] = frozenset()
    held = frozenset(roles)
    session = UUID(int=9)
    return Actor(
        ORG,
        SOMEBODY,
        None,
        held,
        nothing,
        frozenset(),
        session,
        Assurance.PASSWORD,
        TODAY,
        "web",
    )


def partner(*scopes: Scope) -> Actor:
    return Actor(
        ORG,
        None,
        APP,
        frozenset(),
        frozenset(scopes),
        frozenset({WEST}),
        None,
        Assurance.CLIENT_SECRET,
        TODAY,
        "partner",
    )


CALLERS = {
    "nobody": person(),  # signed in, without any role
    "rep": person(Role.REP),
    "manager": person(Role.MANAGER),
    "comp_admin": person(Role.COMP_ADMIN),
    "finance": person(Role.FINANCE),
    "hr": person(Role.HR),
    "executive": person(Role.EXECUTIVE),
    "auditor": person(Role.AUDITOR),
    "admin": person(Role.ADMIN),
    "app": partner(*Scope),
    "no_scope": partner(),
    "system": Actor.system(ORG, TODAY, "cli"),
}

# s: themselves, c: those below, t: those above whom nobody stands, o: anybody else of the organisation,
# whether somebody stands above them or not, g: in a granted territory.
_COLUMNS = "nobody rep manager comp_admin finance hr executive auditor admin app no_scope system"
_EXPECTED = """
public                   scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   scog
reference                scog  scog  scog  scog  scog  scog  scog  scog  scog  scog  -   scog
territory                scog  scog  scog  scog  scog  scog  scog  scog  scog  g     -   scog
potential                -     -     scog  scog  scog  -     scog  scog  -     -     -   scog
performance              s     s     sc    scog  scog  s     scog  scog  s     g     -   scog
sales                    s     s     sc    scog  scog  s     scog  scog  s     g     -   scog
team                     s     s     sc    scog  scog  s     scog  scog  s     -     -   scog
private_goal             s     s     sc    s     s     scog  s     s     s     -     -   scog
foresight                s     s     sc    scog  s     s     s     s     s     -     -   scog
personal                 s     s     sc    scog  s     scog  s     scog  scog  -     -   scog
pay                      s     s     sc    scog  scog  s     s     scog  s     -     -   scog
pay_total                -     -     -     scog  scog  -     scog  scog  -     -     -   scog
pay_plan                 s     s     sc    scog  scog  s     scog  scog  s     -     -   scog
access                   s     s     s     s     s     s     s     scog  scog  -     -   scog
audit                    -     -     -     -     -     -     -     scog  -     -     -   scog
notice                   s     s     s     s     s     s     s     s     s     -     -   scog
comment                  scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   scog
note                     s     s     s     s     s     s     s     s     s     -     -   -
coaching                 s     s     sc    s     s     scog  s     s     s     -     -   scog
coaching_total           -     -     -     -     -     scog  scog  scog  -     -     -   scog
access_request           s     s     s     s     s     scog  s     scog  scog  -     -   scog
assessment_words         s     s     sc    s     s     s     s     s     s     -     -     scog
goal.draft               -     s     sc    scog  -     -     -     -     -     -     -   scog
goal.submit              -     s     s     scog  -     -     -     -     -     -     -   scog
goal.approve             -     -     c     t     -     -     -     -     -     -     -   -
goal.return              -     -     c     t     -     -     -     -     -     -     -   -
goal.accept              -     s     s     -     -     -     -     -     -     -     -   -
goal.amend               -     -     c     scog  -     -     -     -     -     -     -   scog
goal.decide_amendment    -     -     c     t     -     -     -     -     -     -     -   -
goals.lock               -     -     -     scog  -     -     -     -     -     -     -   scog
approvals.delegate       -     -     s     scog  -     -     -     -     -     -     -   scog
goal.check_in            -     s     s     -     -     -     -     -     -     -     -   -
goal.propose             -     s     s     -     -     -     -     -     -     -     -   -
goal.align               -     s     sc    scog  -     -     -     -     -     -     -   scog
goal.roll_up             -     s     sc    scog  -     -     -     -     -     -     -   scog
goal.cascade             -     -     sc    scog  -     -     -     -     -     -     -   -
goal.budget              -     -     sc    scog  scog  -     -     -     -     -     -   scog
blocker.raise            -     s     s     -     -     -     -     -     -     -     -   -
blocker.resolve          -     -     c     -     -     -     -     -     -     -     -   -
blocker.withdraw         -     s     s     -     -     -     -     -     -     -     -   -
plan.open                -     -     c     -     -     -     -     -     -     -     -   -
plan.work                -     s     sc    -     -     -     -     -     -     -     -   -
plan.agree               -     -     c     -     -     -     -     -     -     -     -   -
plan.close               -     -     c     -     -     -     -     -     -     -     -   -
notice.prefer            s     s     s     s     s     s     s     s     s     -     -   -
notice.read              s     s     s     s     s     s     s     s     s     -     -   -
one_to_one.plan          s     s     s     s     s     s     s     s     s     -     -   -
one_to_one.keep          s     s     s     s     s     s     s     s     s     -     -   -
task.ask                 s     s     s     s     s     s     s     s     s     -     -   -
programme.define         -     -     sc    scog  -     scog  -     -     -     -     -   scog
note.write               s     s     sc    s     s     s     s     s     s     -     -   -
note.edit                s     s     s     s     s     s     s     s     s     -     -   -
note.share               s     s     s     s     s     s     s     s     s     -     -   -
note.take_back           s     s     s     s     s     s     s     s     s     -     -   -
note.withdraw            s     s     s     s     s     s     s     s     s     -     -   -
note.reply               s     s     s     s     s     s     s     s     s     -     -   -
note.acknowledge         s     s     s     s     s     s     s     s     s     -     -   -
comment.write            scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   -
comment.edit             s     s     s     s     s     s     s     s     s     -     -   -
comment.withdraw         s     s     s     s     s     s     s     s     s     -     -   -
insight.tell             scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   -
insight.vote             scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   -
insight.take             -     -     scog  scog  -     -     scog  -     -     -     -   -
insight.give             -     -     -     -     -     -     scog  -     -     -     -   -
insight.answer           -     -     s     s     -     -     s     -     -     -     -   -
insight.merge            -     -     s     scog  -     -     scog  -     -     -     -   -
recognition.give         scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   -
recognition.take_off     scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   -
recognition.administer   -     -     -     -     -     scog  -     -     scog  -     -   scog
feedback.ask             s     s     sc    s     s     s     s     s     s     -     -   -
feedback.withdraw        s     s     s     s     s     s     s     s     s     -     -   -
feedback.give            scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   -
feedback.answer          s     s     s     s     s     s     s     s     s     -     -   -
feedback.administer      -     -     -     -     -     scog  -     -     scog  -     -   scog
measures.administer      -     -     -     scog  -     -     -     -     -     -     -   scog
calendars.administer     -     -     -     scog  -     -     -     -     -     -     -   scog
pay.run                  -     -     -     scog  -     -     -     -     -     -     -   scog
pay.try                  -     -     -     scog  -     -     -     -     -     -     -   scog
goal.keep_private        -     s     s     -     -     -     -     -     -     -     -   -
sales.post               -     -     -     scog  -     -     -     -     -     g     -   scog
sales.withdraw           -     -     -     scog  -     -     -     -     -     g     -   scog
crediting.administer     -     -     -     scog  -     -     -     -     -     -     -   scog
credit.propose           -     -     -     scog  -     -     -     -     -     -     -   -
credit.approve           -     -     -     scog  scog  -     -     -     -     -     -   -
credit.reverse           -     -     -     scog  scog  -     -     -     -     -     -   -
goal.override            -     -     c     scog  -     -     -     -     -     -     -   -
goal.rate                -     -     c     t     -     -     -     -     -     -     -   -
goal.close               -     -     c     t     -     -     -     -     -     -     -   -
goal.reopen              -     -     -     scog  -     -     -     -     -     -     -   -
goal.assign              -     -     c     scog  -     -     -     -     -     -     -   scog
goal_forms.administer    -     -     -     scog  -     -     -     -     -     -     -   scog
people.read              scog  scog  scog  scog  scog  scog  scog  scog  scog  -     -   scog
people.administer        -     -     -     scog  -     scog  -     -     scog  -     -   scog
roles.administer         -     -     -     -     -     -     -     -     scog  -     -   scog
clients.administer       -     -     -     -     -     -     -     -     scog  -     -   scog
sessions.revoke          s     s     s     s     s     s     s     s     scog  -     -   scog
territories.administer   -     -     -     scog  -     -     -     -     -     -     -   scog
organisation.administer  -     -     -     -     -     -     -     -     scog  -     -   scog
import.run               -     -     -     scog  -     -     -     -     -     -     -   scog
import.undo              -     -     -     scog  -     -     -     -     -     -     -   scog
pay_plan.draft           -     -     -     scog  -     -     -     -     -     -     -   scog
pay_plan.publish         -     -     -     scog  scog  -     -     -     -     -     -   -
pay_plan.assign          -     -     -     scog  -     -     -     -     -     -     -   scog
pay_plan.override        -     -     -     scog  -     -     -     -     -     -     -   scog
access_request.decide    -     -     -     -     -     scog  -     -     scog  -     -   -
retention.set            -     -     -     -     -     scog  -     -     scog  -     -   -
scorecards.administer    -     -     scog  scog  -     scog  -     -     -     -     -     scog
assessment.write         s     s     sc    s     s     s     s     s     s     -     -     -
assessment.withdraw      s     s     s     s     s     s     s     s     s     -     -     -
history.read             -     -     -     -     -     -     -     scog  -     -     -   scog
history.verify           -     -     -     -     -     -     -     scog  scog  -     -   scog
"""
_LETTERS = {"s": {SELF}, "c": {CHAIN}, "t": {TOP}, "o": {TOP, COLLEAGUE}, "g": {GRANTED}}
LINES = {line.split()[0]: line.split()[1:] for line in _EXPECTED.strip().splitlines()}
EVERY_SET_OF_ROLES = list(
    chain.from_iterable(combinations(Role, size) for size in range(len(Role) + 1))
)


def test_the_expectation_names_every_class_act_and_role() -> None:
    assert set(LINES) == {*(name.value for name in FieldClass), *(name.value for name in Act)}
    assert {role.value for role in Role} < set(_COLUMNS.split()) == set(CALLERS)
    assert set(READS) == set(FieldClass)
    assert set(ACTS) == set(Act)


@pytest.mark.parametrize("name", LINES)
def test_each_cell_gives_what_it_says_and_nothing_more(name: str) -> None:
    for caller, cell in zip(_COLUMNS.split(), LINES[name], strict=True):
        actor = CALLERS[caller]
        expected: frozenset[Relation] = frozenset()
        expected = expected.union(*(_LETTERS[letter] for letter in cell if letter != "-"))

        if name in {act.value for act in Act}:
            act = Act(name)
            given = {relation for relation in Relation if may_upon(actor, act, relation)}
            assert given == expected, caller
            assert may(actor, act) == bool(expected), caller
            assert org_wide(actor, act) == (expected == ALL), caller
        else:
            of = FieldClass(name)
            assert reach(actor, of) == expected, caller
            assert org_wide(actor, of) == (expected == ALL), caller


@pytest.mark.parametrize("what", [*FieldClass, *Act])
def test_several_roles_give_the_sum_of_each(what: FieldClass | Act) -> None:
    for roles in EVERY_SET_OF_ROLES:
        alone = [reach(person(role), what) for role in roles]

        assert reach(person(*roles), what) == frozenset().union(reach(person(), what), *alone)


@pytest.mark.parametrize("field_class", FieldClass)
def test_whoever_sees_a_farther_row_sees_the_nearer(field_class: FieldClass) -> None:
    """So a row to which the caller stands in two relations may be asked about the closest."""
    for roles in EVERY_SET_OF_ROLES:
        seen = reach(person(*roles), field_class)

        assert CHAIN not in seen or SELF in seen
        assert COLLEAGUE not in seen or seen == ALL


@pytest.mark.parametrize(
    ("scope", "classes"),
    [
        (Scope.PERFORMANCE_READ, {FieldClass.PERFORMANCE}),
        (Scope.SALES_READ, {FieldClass.SALES}),
        (Scope.TERRITORIES_READ, set()),
        (Scope.SALES_WRITE, set()),
    ],
)
def test_a_scope_opens_its_own_figures_only(scope: Scope, classes: set[FieldClass]) -> None:
    app = partner(scope)

    seen = {of for of in FieldClass if reach(app, of)}

    assert seen == classes | {FieldClass.REFERENCE, FieldClass.TERRITORY}
    writes = {Act.SALES_POST, Act.SALES_WITHDRAW} if scope is Scope.SALES_WRITE else set()
    assert {act for act in Act if may(app, act)} == writes


def test_nobody_approves_their_own_goal_whatever_their_roles() -> None:
    assert not may_upon(person(*Role), Act.GOAL_APPROVE, SELF)
    assert not may_upon(person(*Role), Act.GOAL_APPROVE, COLLEAGUE)


def test_a_reporting_line_without_the_role_of_manager_opens_nothing() -> None:
    boss = person(*set(Role) - {Role.MANAGER, Role.COMP_ADMIN, Role.FINANCE, Role.AUDITOR})

    assert CHAIN not in reach(boss, FieldClass.PAY)
    assert not may(boss, Act.GOAL_APPROVE)


def test_an_auditor_changes_nothing() -> None:
    auditor = person(Role.AUDITOR)

    speaks = {
        Act.FEEDBACK_GIVE, Act.RECOGNITION_GIVE, Act.RECOGNITION_TAKE_OFF, Act.INSIGHT_TELL,
        Act.INSIGHT_VOTE,
    }  # fmt: skip
    assert {act for act in Act if org_wide(auditor, act)} - speaks == {
        Act.PEOPLE_READ,
        Act.COMMENT_WRITE,
        Act.HISTORY_READ,
        Act.HISTORY_VERIFY,
    }
    kept = {
        FieldClass.PUBLIC, FieldClass.PRIVATE_GOAL, FieldClass.FORESIGHT, FieldClass.NOTICE,
        FieldClass.NOTE, FieldClass.COACHING, FieldClass.ASSESSMENT_WORDS,
    }  # fmt: skip
    assert all(org_wide(auditor, of) for of in set(FieldClass) - kept)


def test_pay_is_read_by_three_roles_without_a_relation() -> None:
    assert {role for role in Role if org_wide(person(role), FieldClass.PAY)} == {
        Role.COMP_ADMIN,
        Role.FINANCE,
        Role.AUDITOR,
    }


def test_the_published_matrix_is_fresh() -> None:
    published = Path(__file__).parents[2] / "docs" / "permissions.md"

    assert published.read_text("utf-8") == markdown(), (
        "Run: python -m auth.matrix > docs/permissions.md"
    )
