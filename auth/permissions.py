"""Who may see and do what: the one table.

A row is a class of fields or an act; a column is a kind of caller; a cell says for which rows of
the database the caller's standing suffices: nobody's, their own, their people's, all, or (for a
partner app) those of its granted territories. What several standings give adds up. Everything else
asks `reach`: filters, sorting and aggregates as well as fields. `docs/permissions.md` is printed
from here by `auth.matrix`.

Two keys are needed to see below oneself: the reporting line (the relation, read from the database
for the row at hand) and the role of manager. Taking away either closes the door at the next
request, and an executive above everybody does not see everybody's pay by accident.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType

from auth.actor import Actor, Role, Scope


@unique
class Relation(StrEnum):
    """How the caller stands to the person (or territory) a row is about: the closest that holds."""

    SELF = "self"
    CHAIN = "chain"  # the caller is above that person on the day in question, at any depth
    TOP = "top"  # nobody at all is above that person on the day in question
    COLLEAGUE = "colleague"  # anybody else of the same organisation
    GRANTED = "granted"  # a partner app, and the row lies in a territory it was granted


Reach = frozenset[Relation]
NOBODY: Reach = frozenset()
OWN: Reach = frozenset({Relation.SELF})
BELOW: Reach = frozenset({Relation.CHAIN})
AT_THE_TOP: Reach = frozenset({Relation.TOP})
GRANTED: Reach = frozenset({Relation.GRANTED})
ALL: Reach = frozenset(Relation)


@unique
class FieldClass(StrEnum):
    """What kind of fact a field holds; every field of the schema is of one class."""

    PUBLIC = "public"
    REFERENCE = "reference"
    TERRITORY = "territory"
    POTENTIAL = "potential"
    PERFORMANCE = "performance"
    SALES = "sales"
    TEAM = "team"
    PRIVATE_GOAL = "private_goal"
    FORESIGHT = "foresight"
    PERSONAL = "personal"
    PAY = "pay"
    PAY_TOTAL = "pay_total"
    PAY_PLAN = "pay_plan"
    ACCESS = "access"
    AUDIT = "audit"
    NOTICE = "notice"
    COMMENT = "comment"
    NOTE = "note"
    COACHING = "coaching"
    COACHING_TOTAL = "coaching_total"
    ACCESS_REQUEST = "access_request"
    ASSESSMENT_WORDS = "assessment_words"


@unique
class Act(StrEnum):
    """What a caller can ask to be done; the name under which the history records it."""

    GOAL_DRAFT = "goal.draft"
    GOAL_SUBMIT = "goal.submit"
    GOAL_APPROVE = "goal.approve"
    GOAL_RETURN = "goal.return"
    GOAL_ACCEPT = "goal.accept"
    GOAL_AMEND = "goal.amend"
    GOAL_DECIDE_AMENDMENT = "goal.decide_amendment"
    GOALS_LOCK = "goals.lock"
    APPROVALS_DELEGATE = "approvals.delegate"
    GOAL_CHECK_IN = "goal.check_in"
    GOAL_PROPOSE = "goal.propose"
    GOAL_ALIGN = "goal.align"
    GOAL_ROLL_UP = "goal.roll_up"
    GOAL_CASCADE = "goal.cascade"
    GOAL_BUDGET = "goal.budget"
    BLOCKER_RAISE = "blocker.raise"
    BLOCKER_RESOLVE = "blocker.resolve"
    BLOCKER_WITHDRAW = "blocker.withdraw"
    PLAN_OPEN = "plan.open"
    PLAN_WORK = "plan.work"
    PLAN_AGREE = "plan.agree"
    PLAN_CLOSE = "plan.close"
    NOTICE_READ = "notice.read"
    NOTICE_PREFER = "notice.prefer"
    ONE_TO_ONE_PLAN = "one_to_one.plan"
    ONE_TO_ONE_KEEP = "one_to_one.keep"
    COMMENT_WRITE = "comment.write"
    COMMENT_EDIT = "comment.edit"
    COMMENT_WITHDRAW = "comment.withdraw"
    INSIGHT_TELL = "insight.tell"
    INSIGHT_VOTE = "insight.vote"
    INSIGHT_TAKE = "insight.take"
    INSIGHT_GIVE = "insight.give"
    INSIGHT_ANSWER = "insight.answer"
    INSIGHT_MERGE = "insight.merge"
    RECOGNITION_GIVE = "recognition.give"
    RECOGNITION_TAKE_OFF = "recognition.take_off"
    RECOGNITION_ADMINISTER = "recognition.administer"
    FEEDBACK_ASK = "feedback.ask"
    FEEDBACK_WITHDRAW = "feedback.withdraw"
    FEEDBACK_GIVE = "feedback.give"
    FEEDBACK_ANSWER = "feedback.answer"
    FEEDBACK_ADMINISTER = "feedback.administer"
    TASK_ASK = "task.ask"
    PROGRAMME_DEFINE = "programme.define"
    MEASURES_ADMINISTER = "measures.administer"
    GOAL_KEEP_PRIVATE = "goal.keep_private"
    CALENDARS_ADMINISTER = "calendars.administer"
    SALES_POST = "sales.post"
    SALES_WITHDRAW = "sales.withdraw"
    CREDITING_ADMINISTER = "crediting.administer"
    CREDIT_PROPOSE = "credit.propose"
    CREDIT_APPROVE = "credit.approve"
    CREDIT_REVERSE = "credit.reverse"
    NOTE_WRITE = "note.write"
    NOTE_EDIT = "note.edit"
    NOTE_SHARE = "note.share"
    NOTE_TAKE_BACK = "note.take_back"
    NOTE_WITHDRAW = "note.withdraw"
    NOTE_REPLY = "note.reply"
    NOTE_ACKNOWLEDGE = "note.acknowledge"
    GOAL_OVERRIDE = "goal.override"
    GOAL_RATE = "goal.rate"
    GOAL_CLOSE = "goal.close"
    GOAL_REOPEN = "goal.reopen"
    GOAL_ASSIGN = "goal.assign"
    GOAL_FORMS_ADMINISTER = "goal_forms.administer"
    PEOPLE_READ = "people.read"
    PEOPLE_ADMINISTER = "people.administer"
    ROLES_ADMINISTER = "roles.administer"
    CLIENTS_ADMINISTER = "clients.administer"
    SESSIONS_REVOKE = "sessions.revoke"
    TERRITORIES_ADMINISTER = "territories.administer"
    ORGANISATION_ADMINISTER = "organisation.administer"
    IMPORT_RUN = "import.run"
    IMPORT_UNDO = "import.undo"
    PAY_RUN = "pay.run"
    PAY_TRY = "pay.try"
    PAY_PLAN_DRAFT = "pay_plan.draft"
    PAY_PLAN_PUBLISH = "pay_plan.publish"
    PAY_PLAN_ASSIGN = "pay_plan.assign"
    PAY_PLAN_OVERRIDE = "pay_plan.override"
    ACCESS_REQUEST_DECIDE = "access_request.decide"
    RETENTION_SET = "retention.set"
    SCORECARDS_ADMINISTER = "scorecards.administer"
    ASSESSMENT_WRITE = "assessment.write"
    ASSESSMENT_WITHDRAW = "assessment.withdraw"
    HISTORY_READ = "history.read"
    HISTORY_VERIFY = "history.verify"


@dataclass(frozen=True, slots=True)
class Partner:
    """What a partner app gets if it has one of the scopes."""

    scopes: frozenset[Scope]
    reach: Reach = GRANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; the fields are its columns. What is not written is refused."""

    meaning: str
    person: Reach = NOBODY  # anybody signed in, whatever their roles
    rep: Reach = NOBODY
    manager: Reach = NOBODY
    comp_admin: Reach = NOBODY
    finance: Reach = NOBODY
    hr: Reach = NOBODY
    executive: Reach = NOBODY
    auditor: Reach = NOBODY
    admin: Reach = NOBODY
    partner: Partner | None = None
    system: Reach = ALL

    def of(self, role: Role) -> Reach:
        """What the role adds; each role is a column of the same name."""
        reach: Reach = getattr(self, role.value)
        return reach


_ANY_SCOPE = frozenset(Scope)

READS: Mapping[FieldClass, Row] = MappingProxyType(
    {
        FieldClass.PUBLIC: Row(
            meaning="A colleague's name, title and place in the organisation; a customer's name and place.",
            person=ALL,
        ),
        FieldClass.REFERENCE: Row(
            meaning="Measures, periods and products: what everybody's figures are about.",
            person=ALL,
            partner=Partner(_ANY_SCOPE, reach=ALL),
        ),
        FieldClass.TERRITORY: Row(
            meaning="Territories: name, place in the tree.",
            person=ALL,
            partner=Partner(_ANY_SCOPE),
        ),
        FieldClass.POTENTIAL: Row(
            meaning="What could be sold in a territory, as the organisation estimates it.",
            manager=ALL,
            comp_admin=ALL,
            finance=ALL,
            executive=ALL,
            auditor=ALL,
        ),
        FieldClass.PERFORMANCE: Row(
            meaning="A territory's target, actual and attainment; nobody is named.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
            finance=ALL,
            executive=ALL,
            auditor=ALL,
            partner=Partner(frozenset({Scope.PERFORMANCE_READ})),
        ),
        FieldClass.SALES: Row(
            meaning="Sales lines: order, customer, product, amount.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
            finance=ALL,
            executive=ALL,
            auditor=ALL,
            partner=Partner(frozenset({Scope.SALES_READ})),
        ),
        FieldClass.TEAM: Row(
            meaning="A person's goals, actuals, attainment, check-ins and their course; what their sales cost.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
            finance=ALL,
            executive=ALL,
            auditor=ALL,
        ),
        FieldClass.PRIVATE_GOAL: Row(
            meaning="A goal that its owner keeps private, with everything that belongs to it.",
            person=OWN,
            manager=BELOW,
            hr=ALL,
        ),
        FieldClass.FORESIGHT: Row(
            meaning="What the past says of a goal before it is approved: bias and attainability.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
        ),
        FieldClass.PERSONAL: Row(
            meaning="Work e-mail, personnel number, employment dates.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
            hr=ALL,
            auditor=ALL,
            admin=ALL,
        ),
        FieldClass.PAY: Row(
            meaning="What one person earns or could earn: base, variable, rates, payouts.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
            finance=ALL,
            auditor=ALL,
        ),
        FieldClass.PAY_TOTAL: Row(
            meaning="Pay as a total over at least five people.",
            comp_admin=ALL,
            finance=ALL,
            executive=ALL,
            auditor=ALL,
        ),
        FieldClass.PAY_PLAN: Row(
            meaning="Pay plans by which somebody is or was paid, as published; with all, drafts too.",
            person=OWN,
            manager=BELOW,
            comp_admin=ALL,
            finance=ALL,
            executive=ALL,
            auditor=ALL,
        ),
        FieldClass.ACCESS: Row(
            meaning="Roles, sessions and partner apps.",
            person=OWN,
            auditor=ALL,
            admin=ALL,
        ),
        FieldClass.AUDIT: Row(
            meaning="The organisation's history as recorded: actor, before and after, reason.",
            auditor=ALL,
        ),
        FieldClass.NOTICE: Row(
            meaning="What the service told somebody: nudges, milestones, what became of a blocker.",
            person=OWN,
        ),
        FieldClass.COMMENT: Row(
            meaning="What people say about a thing, or did to it, to whoever sees that thing.",
            person=ALL,
        ),
        FieldClass.NOTE: Row(
            meaning="What people write in confidence; own are the rows that name the caller as a reader.",
            person=OWN,
            system=NOBODY,
        ),
        FieldClass.COACHING: Row(
            meaning="That and how somebody is coached: sessions planned and held, scorecards, gaps; no note.",
            person=OWN,
            manager=BELOW,
            hr=ALL,
        ),
        FieldClass.COACHING_TOTAL: Row(
            meaning="What came of programmes of one-to-ones over at least five managers; nobody is named.",
            hr=ALL,
            executive=ALL,
            auditor=ALL,
        ),
        FieldClass.ACCESS_REQUEST: Row(
            meaning="That somebody asked to see what is written about them, and what became of it; no words.",
            person=OWN,
            hr=ALL,
            auditor=ALL,
            admin=ALL,
        ),
        FieldClass.ASSESSMENT_WORDS: Row(
            meaning="What an assessor says of somebody in words, beside the scores.",
            person=OWN,
            manager=BELOW,
        ),
    }
)

ACTS: Mapping[Act, Row] = MappingProxyType(
    {
        Act.GOAL_DRAFT: Row(
            meaning="Propose a goal or change one that is not yet submitted.",
            rep=OWN,
            manager=OWN | BELOW,
            comp_admin=ALL,
        ),
        Act.GOAL_SUBMIT: Row(
            meaning="Hand a goal in for approval.",
            rep=OWN,
            manager=OWN,
            comp_admin=ALL,
        ),
        Act.GOAL_APPROVE: Row(
            meaning="Approve a goal of somebody below; never one's own.",
            manager=BELOW,
            comp_admin=AT_THE_TOP,
            system=NOBODY,  # an approval is a person's word
        ),
        Act.GOAL_RETURN: Row(
            meaning="Return a goal of somebody below, with a comment.",
            manager=BELOW,
            comp_admin=AT_THE_TOP,
            system=NOBODY,
        ),
        Act.GOAL_ACCEPT: Row(
            meaning="Accept an approved goal of one's own, or ask for a change.",
            rep=OWN,
            manager=OWN,
            system=NOBODY,
        ),
        Act.GOAL_AMEND: Row(
            meaning="Propose another target for an approved goal.",
            manager=BELOW,
            comp_admin=ALL,
        ),
        Act.GOAL_DECIDE_AMENDMENT: Row(
            meaning="Approve or return another target for a goal of somebody below; never one's own proposal.",
            manager=BELOW,
            comp_admin=AT_THE_TOP,
            system=NOBODY,
        ),
        Act.GOALS_LOCK: Row(
            meaning="Set the day from which goals change only by amendment, or lift it.",
            comp_admin=ALL,
        ),
        Act.APPROVALS_DELEGATE: Row(
            meaning="Let somebody decide upon goals and amendments in a manager's place for some days.",
            manager=OWN,
            comp_admin=ALL,
        ),
        Act.GOAL_CHECK_IN: Row(
            meaning="Report value, confidence and a note on one's own goal.",
            rep=OWN,
            manager=OWN,
            system=NOBODY,
        ),
        Act.GOAL_PROPOSE: Row(
            meaning="Propose a number of one's own for one's goal.",
            rep=OWN,
            manager=OWN,
            system=NOBODY,  # a proposal is a person's word
        ),
        Act.GOAL_ALIGN: Row(
            meaning="Put a goal below another, or say why it has none above it; of one's own until it is handed in.",
            rep=OWN,
            manager=OWN | BELOW,
            comp_admin=ALL,
        ),
        Act.GOAL_ROLL_UP: Row(
            meaning="Say what the goals below a goal are to it, and what each weighs; of one's own until it is handed in.",
            rep=OWN,
            manager=OWN | BELOW,
            comp_admin=ALL,
        ),
        Act.GOAL_CASCADE: Row(
            meaning="Share a goal out among the people below its owner.",
            manager=OWN | BELOW,
            comp_admin=ALL,
            system=NOBODY,  # an uplift says who applied it
        ),
        Act.GOAL_BUDGET: Row(
            meaning="Grant money, heads or tools to a goal, or take them back.",
            manager=OWN | BELOW,
            comp_admin=ALL,
            finance=ALL,
        ),
        Act.BLOCKER_RAISE: Row(
            meaning="Say what is in the way of one's own goal.",
            rep=OWN,
            manager=OWN,
            system=NOBODY,
        ),
        Act.BLOCKER_RESOLVE: Row(
            meaning="Resolve a blocker of somebody below, saying how.",
            manager=BELOW,
            system=NOBODY,
        ),
        Act.BLOCKER_WITHDRAW: Row(
            meaning="Withdraw a blocker from one's own goal.",
            rep=OWN,
            manager=OWN,
            system=NOBODY,
        ),
        Act.PLAN_OPEN: Row(
            meaning="Open a corrective plan for a goal of somebody below, with a reason.",
            manager=BELOW,
            system=NOBODY,
        ),
        Act.PLAN_WORK: Row(
            meaning="Add steps to a corrective plan, and tick them off.",
            rep=OWN,
            manager=OWN | BELOW,
            system=NOBODY,
        ),
        Act.PLAN_AGREE: Row(
            meaning="Agree to the steps of a corrective plan of somebody below.",
            manager=BELOW,
            system=NOBODY,
        ),
        Act.PLAN_CLOSE: Row(
            meaning="Close a corrective plan of somebody below, saying what came of it.",
            manager=BELOW,
            system=NOBODY,
        ),
        Act.NOTICE_PREFER: Row(
            meaning="Say of what one is told, at once, in a digest or never, how often that comes, and what shows in one's feed.",
            person=OWN,
            system=NOBODY,
        ),
        Act.NOTICE_READ: Row(
            meaning="Mark a notice to oneself as read.",
            person=OWN,
            system=NOBODY,
        ),
        Act.ONE_TO_ONE_PLAN: Row(
            meaning="Plan a one-to-one with somebody above or below oneself, or with HR.",
            person=OWN,
            system=NOBODY,
        ),
        Act.ONE_TO_ONE_KEEP: Row(
            meaning="Move, hold or cancel a one-to-one of one's own, and write and tick off its agenda.",
            person=OWN,
            system=NOBODY,
        ),
        Act.COMMENT_WRITE: Row(
            meaning="Say something about a thing that one sees.",
            person=ALL,
            system=NOBODY,
        ),
        Act.COMMENT_EDIT: Row(
            meaning="Say a comment of one's own in other words.",
            person=OWN,
            system=NOBODY,
        ),
        Act.COMMENT_WITHDRAW: Row(
            meaning="Take a comment of one's own back, with every word that it said.",
            person=OWN,
            system=NOBODY,
        ),
        Act.INSIGHT_TELL: Row(
            meaning="Tell leadership something from the field.",
            person=ALL,
            system=NOBODY,
        ),
        Act.INSIGHT_VOTE: Row(
            meaning="Vote for an insight, or take one's own vote back.",
            person=ALL,
            system=NOBODY,
        ),
        Act.INSIGHT_TAKE: Row(
            meaning="Take an insight upon oneself to answer.",
            manager=ALL,
            comp_admin=ALL,
            executive=ALL,
            system=NOBODY,
        ),
        Act.INSIGHT_GIVE: Row(
            meaning="Give an insight to somebody to answer.",
            executive=ALL,
            system=NOBODY,
        ),
        Act.INSIGHT_ANSWER: Row(
            meaning="Answer an insight that one has taken, say what changed because of it, or decline it.",
            manager=OWN,
            comp_admin=OWN,
            executive=OWN,
            system=NOBODY,
        ),
        Act.INSIGHT_MERGE: Row(
            meaning="Merge an insight into another that says the same; as manager one that one has taken.",
            manager=OWN,
            comp_admin=ALL,
            executive=ALL,
            system=NOBODY,
        ),
        Act.RECOGNITION_GIVE: Row(
            meaning="Recognise colleagues for something, never oneself.",
            person=ALL,
            system=NOBODY,
        ),
        Act.RECOGNITION_TAKE_OFF: Row(
            meaning="Take a recognition of oneself off the wall.",
            person=ALL,
            system=NOBODY,
        ),
        Act.RECOGNITION_ADMINISTER: Row(
            meaning="Name the organisation's values, and retire them.",
            hr=ALL,
            admin=ALL,
        ),
        Act.FEEDBACK_ASK: Row(
            meaning="Ask named colleagues for feedback on oneself, or as manager on somebody below.",
            person=OWN,
            manager=BELOW,
            system=NOBODY,
        ),
        Act.FEEDBACK_WITHDRAW: Row(
            meaning="Withdraw a request for feedback that one made.",
            person=OWN,
            system=NOBODY,
        ),
        Act.FEEDBACK_GIVE: Row(
            meaning="Give a colleague feedback, never oneself.",
            person=ALL,
            system=NOBODY,
        ),
        Act.FEEDBACK_ANSWER: Row(
            meaning="Answer or decline a request for feedback that names oneself.",
            person=OWN,
            system=NOBODY,
        ),
        Act.FEEDBACK_ADMINISTER: Row(
            meaning="Say who sees which feedback from now on, and whether with the giver's name.",
            hr=ALL,
            admin=ALL,
        ),
        Act.TASK_ASK: Row(
            meaning="Ask oneself or colleagues to do something, and do what those named on a task do.",
            person=OWN,
            system=NOBODY,
        ),
        Act.PROGRAMME_DEFINE: Row(
            meaning="Define a programme of one-to-ones for people below, or for everybody; retire it.",
            manager=OWN | BELOW,
            comp_admin=ALL,
            hr=ALL,
        ),
        Act.MEASURES_ADMINISTER: Row(
            meaning="Define what is measured, say it in other words, retire it.",
            comp_admin=ALL,
        ),
        Act.GOAL_KEEP_PRIVATE: Row(
            meaning="Keep a draft of one's own private, or open it again.",
            rep=OWN,
            manager=OWN,
            system=NOBODY,
        ),
        Act.CALENDARS_ADMINISTER: Row(
            meaning="Keep calendars, seasons, days off, and by which policy goals are watched.",
            comp_admin=ALL,
        ),
        Act.SALES_POST: Row(
            meaning="Post sales, and correct what was posted or imported.",
            comp_admin=ALL,
            partner=Partner(frozenset({Scope.SALES_WRITE})),
        ),
        Act.SALES_WITHDRAW: Row(
            meaning="Withdraw a sale that should not have been, saying why.",
            comp_admin=ALL,
            partner=Partner(frozenset({Scope.SALES_WRITE})),
        ),
        Act.CREDITING_ADMINISTER: Row(
            meaning="Say by which rules, shares and rates of exchange sales are credited.",
            comp_admin=ALL,
        ),
        Act.CREDIT_PROPOSE: Row(
            meaning="Propose to credit somebody with a part of a sale by hand; never oneself.",
            comp_admin=ALL,
            system=NOBODY,
        ),
        Act.CREDIT_APPROVE: Row(
            meaning="Approve a credit by hand that somebody else proposed for somebody else, or decline it.",
            comp_admin=ALL,
            finance=ALL,
            system=NOBODY,  # a second person's word
        ),
        Act.CREDIT_REVERSE: Row(
            meaning="Take back a credit that was given by hand; never one's own.",
            comp_admin=ALL,
            finance=ALL,
            system=NOBODY,
        ),
        Act.NOTE_WRITE: Row(
            meaning="Write a note about somebody below, or about oneself.",
            person=OWN,
            manager=BELOW,
            system=NOBODY,  # a note is a person's word
        ),
        Act.NOTE_EDIT: Row(meaning="Edit a note that one wrote.", person=OWN, system=NOBODY),
        Act.NOTE_SHARE: Row(
            meaning="Share a note that one wrote with people of one's choice.",
            person=OWN,
            system=NOBODY,
        ),
        Act.NOTE_TAKE_BACK: Row(
            meaning="Take a note that one wrote back from somebody who has said nothing to it.",
            person=OWN,
            system=NOBODY,
        ),
        Act.NOTE_WITHDRAW: Row(
            meaning="Withdraw a note that one wrote and that nobody else reads.",
            person=OWN,
            system=NOBODY,
        ),
        Act.NOTE_REPLY: Row(
            meaning="Answer to a note, if one is among its readers.",
            person=OWN,
            system=NOBODY,
        ),
        Act.NOTE_ACKNOWLEDGE: Row(
            meaning="Acknowledge a note about oneself, if one is among its readers.",
            person=OWN,
            system=NOBODY,
        ),
        Act.GOAL_OVERRIDE: Row(
            meaning="Set by hand what a goal of somebody else has reached, with a reason.",
            manager=BELOW,
            comp_admin=ALL,
            system=NOBODY,
        ),
        Act.GOAL_RATE: Row(
            meaning="Rate a goal of somebody below by its rubric, with a comment.",
            manager=BELOW,
            comp_admin=AT_THE_TOP,
            system=NOBODY,
        ),
        Act.GOAL_CLOSE: Row(
            meaning="Fix the score of a goal of somebody below, after its last day.",
            manager=BELOW,
            comp_admin=AT_THE_TOP,
            system=NOBODY,
        ),
        Act.GOAL_REOPEN: Row(
            meaning="Take a fixed score of somebody else's goal back, with a reason.",
            comp_admin=ALL,
            system=NOBODY,
        ),
        Act.GOAL_ASSIGN: Row(
            meaning="Draft goals from a template for many people at once.",
            manager=BELOW,
            comp_admin=ALL,
        ),
        Act.GOAL_FORMS_ADMINISTER: Row(
            meaning="Define, change and retire templates of goals, and ramps.",
            comp_admin=ALL,
        ),
        Act.PEOPLE_READ: Row(
            meaning="Look people up; what of them is seen, the classes above decide.",
            person=ALL,
        ),
        Act.PEOPLE_ADMINISTER: Row(
            meaning="Add, change and deactivate people, positions and reporting lines.",
            comp_admin=ALL,
            hr=ALL,
            admin=ALL,
        ),
        Act.ROLES_ADMINISTER: Row(meaning="Give and take roles.", admin=ALL),
        Act.CLIENTS_ADMINISTER: Row(
            meaning="Register partner apps, set their scopes and territories, revoke them.",
            admin=ALL,
        ),
        Act.SESSIONS_REVOKE: Row(
            meaning="End sessions: one's own, or as admin anybody's.",
            person=OWN,
            admin=ALL,
        ),
        Act.TERRITORIES_ADMINISTER: Row(
            meaning="Change territories and who holds them.",
            comp_admin=ALL,
        ),
        Act.ORGANISATION_ADMINISTER: Row(
            meaning="Set the organisation's name, currency and business date.",
            admin=ALL,
        ),
        Act.IMPORT_RUN: Row(meaning="Bring a file in, dry or in earnest.", comp_admin=ALL),
        Act.IMPORT_UNDO: Row(meaning="Undo a batch that was brought in.", comp_admin=ALL),
        Act.PAY_RUN: Row(
            meaning="Have pay worked out for some days, or stop that.", comp_admin=ALL
        ),
        Act.PAY_TRY: Row(
            meaning="Try a version of a pay plan on days that have been, or stop that.",
            comp_admin=ALL,
        ),
        Act.PAY_PLAN_DRAFT: Row(
            meaning="Define pay plans, draft versions of them, retire them.",
            comp_admin=ALL,
        ),
        Act.PAY_PLAN_PUBLISH: Row(
            meaning="Publish a version of a pay plan; never one in which one wrote.",
            comp_admin=ALL,
            finance=ALL,
            system=NOBODY,  # a second person's word
        ),
        Act.PAY_PLAN_ASSIGN: Row(
            meaning="Put people on a pay plan, or end that; never oneself.",
            comp_admin=ALL,
        ),
        Act.PAY_PLAN_OVERRIDE: Row(
            meaning="Agree a quota, a rate or a target incentive with one person alone; never oneself.",
            comp_admin=ALL,
        ),
        Act.ACCESS_REQUEST_DECIDE: Row(
            meaning="Let somebody else see what is written about them, without third parties, or decline.",
            hr=ALL,
            admin=ALL,
            system=NOBODY,
        ),
        Act.RETENTION_SET: Row(
            meaning="Say for how long what people write about one another is kept.",
            hr=ALL,
            admin=ALL,
            system=NOBODY,
        ),
        Act.SCORECARDS_ADMINISTER: Row(
            meaning="Publish scorecards by which people are assessed, and retire them.",
            manager=ALL,
            comp_admin=ALL,
            hr=ALL,
        ),
        Act.ASSESSMENT_WRITE: Row(
            meaning="Assess somebody below, or oneself, by a scorecard.",
            person=OWN,
            manager=BELOW,
            system=NOBODY,  # an assessment is a person's word
        ),
        Act.ASSESSMENT_WITHDRAW: Row(
            meaning="Take back an assessment that one wrote.",
            person=OWN,
            system=NOBODY,
        ),
        Act.HISTORY_READ: Row(meaning="Read the organisation's history.", auditor=ALL),
        Act.HISTORY_VERIFY: Row(
            meaning="Check the chain of the history's hashes.",
            auditor=ALL,
            admin=ALL,
        ),
    }
)


def reach(actor: Actor, what: FieldClass | Act) -> Reach:
    """The relations in which the actor may see this class of fields, or do this act.

    Decided from the actor alone, so a read compiler calls it once: `ALL` is a constant yes, the
    empty set a constant no, anything else a condition on the row's relation.
    """
    row = READS[what] if isinstance(what, FieldClass) else ACTS[what]
    if actor.is_system:
        return row.system
    if actor.person is None:
        granted = row.partner is not None and actor.scopes & row.partner.scopes
        return row.partner.reach if row.partner is not None and granted else NOBODY
    return row.person.union(*(row.of(role) for role in actor.roles))


def is_about_nobody(what: FieldClass) -> bool:
    """Whether each role sees this class either everywhere or nowhere: then nobody's relation to a row
    has to be known."""
    row = READS[what]
    of_apps = NOBODY if row.partner is None else row.partner.reach
    return {row.person, of_apps, *(row.of(role) for role in Role)} <= {ALL, NOBODY}


def may(actor: Actor, act: Act) -> bool:
    """Whether the actor may do this at all, for anybody; the first gate, not the last."""
    return bool(reach(actor, act))


def may_upon(actor: Actor, act: Act, relation: Relation) -> bool:
    """Whether the actor may do this to a row to which they so relate."""
    return relation in reach(actor, act)


def org_wide(actor: Actor, what: FieldClass | Act) -> bool:
    """Whether the actor may see or do this for every row of their organisation."""
    return reach(actor, what) == ALL
