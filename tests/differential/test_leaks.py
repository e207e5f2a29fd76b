"""Rows that the plain description calls invisible never show, whatever the road to them."""

import json
from functools import cache
from typing import Any

import pytest
from graphql import FragmentDefinitionNode, InlineFragmentNode, parse, print_ast

from auth.actor import Role
from tests.differential.leaks import leaks
from tests.differential.oracle.facts import KINDS
from tests.differential.oracle.standing import Caller
from tests.differential.subject import GRAPHQL_SCHEMA
from tests.differential.trial import Trial

# Everything that every type shows of itself, and of what it leads to.
EVERYTHING = """
fragment Everything on Node {
  __typename id
  ... on Versioned { version updatedAt }
  ... on Organisation { name slug currency timeZone businessDate retentionMonths }
  ... on Person { name title email leftOn roles manager { id email }
    directReports { totalCount nodes { id name email } } positions { nodes { id title } }
    goals { totalCount nodes { id name } } pay { nodes { id } } }
  ... on Position { title vacant holder { id email } managerPosition { id title } }
  ... on Territory { talk: comments(first: 3) { totalCount nodes { id body } }
    name kind potential depth parent { id kind }
    children { totalCount edges { node { id kind } } } }
  ... on Account { talk: comments(first: 3) { totalCount nodes { id body } }
    name kind city state country }
  ... on Product { name category subcategory color }
  ... on Sale { talk: comments(first: 3) { totalCount nodes { id body } }
    externalId soldAt orderNumber soldOn quantity unitPrice { amount } amount { amount } cost { amount }
    person { id email } territory { id kind } account { id city } product { id color }
    credits { nodes { id reason } } crediting { id } takenBack: reverses { id orderNumber } referredBy { id email }
    events { kind happenedOn share } splits { nodes { share person { id } } } }
  ... on CreditingPolicy { forPurpose: countsFor mayExceed }
  ... on ExchangeRate { fromCurrency toCurrency beginsOn ofOne: rate }
  ... on CreditingRule { name ofKind: kind countsFor condition share upwards: levels names: person { id email } place
    fromDay: startsOn toDay: endsOn retired }
  ... on Credit { credited: person { id email } sale { id orderNumber } ofOrder: orderNumber ofRule: rule creditedAs: kind countsFor
    event creditedOn share amount { amount } margin { amount } quantity exchangeRate paidIn reverses { id reason }
    byHand: reason madeBy { id email } approvedBy { id email } madeAt supersededAt }
  ... on CreditProposal { sale { id orderNumber } credited: person { id email } countsFor event creditedOn theirs: share
    ofIt: amount reasonCode because: reason standsAt: state proposedBy { id email } proposedAt decidedBy { id email }
    saidAt: decidedAt note becomes: credit { id reason } }
  ... on SaleCrediting { sale { id } soldOn gave primaryForPay primaryForQuota verdicts { rule gave sentences } creditedAt }
  ... on Calendar { name sort: kind firstMonth yearNamedBy weekStartsOn yearEnds retired
    periods { nodes { id name } } seasons { nodes { id name } } }
  ... on CalendarPeriod { name grain fiscalYear counted: number startsOn endsOn hasExtraWeek calendar { id name }
    parent { id name } children { nodes { id name } } }
  ... on Season { name calendar { id } weights { number weight share } learnedFrom learnedTo retired }
  ... on DayOff { day name }
  ... on GoalPolicy { workingDays daysOff { nodes { id } } season { id } paceAtRisk paceOffTrack nudgeAfterDays
    escalateAfterDays checkInEveryDays }
  ... on Opportunity { talk: comments(first: 3) { totalCount nodes { id body } }
    name externalId openedOn closedOn outcome worth: amount { amount } person { id email }
    territory { id kind } account { id city } }
  ... on Expense { externalId spentOn amount { amount } purpose person { id email } territory { id kind } }
  ... on Measure { key name description unit direction source levels retired }
  ... on Goal { talk: comments(first: 3) { totalCount nodes { id body } }
    name owner { id email } territory { id kind } description measure measuredBy { key } measureKey scope startValue period { startsOn endsOn } target { amount }
    pace { status curve expectedShare expectedToDate neededPerWorkingDay runRate projected
      workingDaysGone workingDaysLeft }
    acceptance submittedAt approvedAt private proposalBias { proposal sentence } attainability { sentence }
    aligned noParentReason depth rollUp weight parent { id name } children(first: 5) { totalCount nodes { id } }
    ancestors(first: 5) { nodes { id } } descendants(first: 5) { totalCount nodes { id name } }
    planTarget { amount } uplift upliftedBy { id email } childrenTarget { amount } unallocated { amount } unallocatedShare
    proposed { amount } proposals(first: 2) { nodes { id note } } bottomUp { amount } bottomUpGap { amount }
    bottomUpGapShare proposalsMissing weightedProgress budgets { amount note } budgetsTotal { amount goals }
    cascades(first: 2) { nodes { id lines(first: 2) { nodes { id goal { id } } } } }
    actual { amount } attainment status stage viewerCan latestDecision { id note }
    actualSource measuredActual { amount } overrideReason score closedAt closing { id } matrixScore
    contributors { nodes { id part } } contributions { nodes { share person { id email } } } kpis { nodes { id } }
    adjustments { nodes { id reason } } ratings { nodes { id comment } }
    checkIns { totalCount nodes { id note goal { id name } author { id email } } }
    missing locked revision acceptanceDecision { id note } revisions { nodes { id description } }
    amendments { nodes { id reason } } segments { nodes { id } }
    decisions { nodes { id note person { id email } } }
    blockers { totalCount nodes { id what resolution } } milestones { percent reachedOn }
    correctivePlans { nodes { id reason outcome steps { nodes { id what } } } } }
  ... on GoalDecision { step: act onBehalfOf { id } said: note seenVersion decidedAt target { amount currency } person { id email } }
  ... on GoalRevision { number description noParentReason remark: note handed: submittedAt startsOn endsOn
    proposed { amount } measuredBy { id } above: parent { id name } person { id email }
    asked: target { amount currency } goal { id } called: name }
  ... on GoalAmendment { effectiveFrom policy why: reason standing: state requestedAt upon: seenVersion settled: decidedAt superseded
    stated { amount } targetBefore { amount } targetAfter { amount } remark: note goal { id name }
    requestedBy { id email } decidedBy { id email } onBehalfOf { id email } }
  ... on GoalSegment { startsOn endsOn policy stated { amount } asked: target { amount currency }
    goal { id name } reached: actual { amount } }
  ... on Delegation { startsOn endsOn given: note current createdAt endedAt delegator { id email }
    delegate { id email } createdBy { id email } endedBy { id email } }
  ... on GoalLock { startsOn endsOn locksOn inForce because: reason setAt liftedAt liftReason
    setBy { id email } liftedBy { id email } }
  ... on GoalProposal { offered: amount { amount currency } writing: note proposedAt owner: person { id email } goal { id name } }
  ... on Cascade { first: seenVersion method down: levels stands: state plan { amount } allocated { amount } unallocated { amount }
    recipients byLevel { level recipients uplift plan street } proposedAt done: decidedAt proposedBy { id email } decidedBy { id email }
    goal { id name } lines(first: 10) { totalCount nodes { id plan { amount } person { id email } } } }
  ... on CascadeLine { depth leads parts: weight raised: uplift plan { amount } street { amount } before { amount } change { amount }
    unallocated { amount } locked above { id } owner: person { id email } cascade { id } shared: goal { id name } }
  ... on CheckIn { value confidence writing: note notedAt createdAt author { id email } goal { id name owner { id } } }
  ... on AccessRequest { asker: person { id email } answerStands: state askedOn askedAt finallyOn: dueOn answerBy: decidedBy { id email }
    answerSettled: decidedAt answerDeclined: reason answeredAt removedOn extracts(first: 10) { nodes { id words } } decides: viewerCan }
  ... on AccessExtract { writtenAs: kind isOwn writtenAt told: words }
  ... on Blocker { talk: comments(first: 3) { totalCount nodes { id body } }
    goal { id name } cause what raisedOn raisedAt raisedBy { id email } inTheWay: state resolvedOn
    resolvedAt resolvedBy { id } resolution withdrawnAt mayDo: viewerCan }
  ... on Scorecard { called: name versionNumber: number isFor: description criteria { name description scale weight } isNewest
    firstVersion { id } outAt: publishedAt outBy: publishedBy { id email } outOfUse: retiredAt }
  ... on Assessment { talk: comments(first: 3) { totalCount nodes { id body } }
    ofWhom: person { id email } assessor { id email } isSelfAssessment byThis: scorecard { id name } occasion onDay: heldOn
    withWhom: account { id name } aboutSale: sale { id } inWords: comment comesTo: score writtenAt receivedAt goneAt: withdrawnAt
    mayTakeBack: viewerCan scores(first: 3) { nodes { id comment } } sameOccasion(first: 3) { totalCount nodes { id comment } } }
  ... on AssessmentScore { assessment { id comment } ofWhom: person { id email } firstVersion { id name } onDay: heldOn byThemselves
    atPlace: place criterion onScale: scale weighs: weight points: score inWords: comment isGone: withdrawn }
  ... on CorrectivePlan { version goal { id name } openedOn openedAt openedBy { id email } openedFor: reason then: pace threshold
    dueOn progress: state agreedAt agreedBy { id } closedOn closedAt closedBy { id } cameOf: outcome
    steps { nodes { id what } } may: viewerCan }
  ... on CorrectiveStep { doing: what dueBy: dueOn doer: person { id email } addedAt addedBy { id } doneAt doneBy { id } }
  ... on Notice { says: kind message days percent toldBy: delivery sentAt readAt toldOf: goal { id name }
    tellsOf: subject { id __typename } }
  ... on OneToOne { talk: comments(first: 3) { totalCount nodes { id body } }
    leader { id email } coachee { id email } startsAt meets: state plannedBy { id email } plannedAt writtenAt
    heldOn heldWrittenAt endedAt endedBy { id email } agenda(first: 100) { nodes { id what author { id email } } } tasks { totalCount nodes { id title } } notes { totalCount nodes { id body } } can: viewerCan }
  ... on Task { talk: comments(first: 3) { totalCount nodes { id body } }
    taskOwner: owner { id email } asker2: askedBy { id email } title details detailsHtml taskDue: dueOn isOverdue stood: state
    comesOf: oneToOne { id } taskNote: note { id } taskFor: goal { id } askedAt writtenAt endedAt endedBy { id email } dueChanges { nodes { id reason } }
    shares: parts { nodes { id what person { id email } } } taskCan: viewerCan }
  ... on TaskPart { task { id title } does: person { id email } todo: what doneAt partCan: viewerCan }
  ... on TaskDueChange { dueBefore dueAfter dueWhy: reason movedBy: changedBy { id email } movedAt: changedAt }
  ... on Programme { programmeName: name purpose below: leader { id email } everyWeeks startsOn lastsTo: until retiredOn definedBy { id email } definedAt retires: viewerCan }
  ... on AgendaItem { oneToOne { id } author { id email } wanted: what talked: state onlyMine addedAt writtenAt bothSee: openedAt
    tickedAt tickedBy { id email } withdrawnAt carriedFrom { id what } timesCarried lingers able: viewerCan }
  ... on Note { about { id email } author { id email } saidIn: oneToOne { id startsAt } body bodyHtml writtenAt writtenOn receivedAt visibility
    readers { totalCount nodes { id email } } acknowledged acknowledgedVersion acknowledgedAt maySay: viewerCan
    evidence { nodes { id name value { amount } } } replies { totalCount nodes { id body } } revisions { nodes { id body } } }
  ... on NoteRevision { ofNote: note { id body } version body bodyHtml writtenAt receivedAt acknowledgedAt ledTo: evidence { nodes { id name } } }
  ... on NoteReply { answers: note { id body } author { id email } body bodyHtml writtenAt receivedAt }
  ... on NoteEvidence { supports: note { id body } place sinceVersion: version evidenceOf: kind subject { id } named: name amounts: value { amount }
    since asOf countedBy: formula cameFrom: source facts { name value } }
  ... on Comment { tellsOf: subject { id __typename } writer: author { id email } said: body saidHtml: bodyHtml
    writtenAt receivedAt editedAt goneAt: withdrawnAt revised: version earlierWords: earlier { version body bodyHtml saidOn: saidAt }
    mayWith: viewerCan }
  ... on Digest { every: rhythm startsOn endsOn putTogether: madeAt howMany: counts { kind notices } withinIt: notices(first: 5) { totalCount nodes { id message } }
    happenedIn: activities(first: 5) { nodes { kind person { id email } subject { id } } } }
  ... on Mention { inComment: comment { id body } mentionedAt }
  ... on FeedbackReply { replier: person { id email } replied: state declinedFor: reason repliedAt replyTo: request { id question } }
  ... on Feedback { cameAs: kind itsOn: person { id email } giver { id email } request { id question } words givenOn givenAt
    namedReaders { totalCount nodes { id email } } unnamedReaders { totalCount nodes { id email } } waits }
  ... on UnnamedFeedback { cameAs: kind itsOn: person { id email } request { id question } words deliveredOn }
  ... on FeedbackRequest { askedAs: kind asker { id email } itsOn: person { id email } question due: dueOn askedOn askedAt withdrawnAt
    asked { totalCount nodes { id email } } waitsForViewer replies { nodes { id reason person { id email } } }
    feedback { totalCount nodes { id words } } unnamedFeedback { totalCount nodes { id words } } mayReply: viewerCan }
  ... on FeedbackVisibility { nth: version changedBy { id email } changedAt changedFor: reason
    sights { kind relation sees together } }
  ... on RecognitionValue { name retired }
  ... on Recognition { talk: comments(first: 3) { totalCount nodes { id body } }
    giver { id email } receivers { totalCount nodes { id email } } values { nodes { id name } } words
    thanksFor: goal { id name } isPublic givenOn givenAt mayTakeOff: viewerCan }
  ... on Insight { talk: comments(first: 3) { totalCount nodes { id body } }
    author { id email } title words topic cameTo: state toldOn toldAt owns: owner { id email } answeredOn votes
    viewerVoted mergedInto { id title } steps { nodes { id words link { id } } } mayMove: viewerCan }
  ... on InsightStep { stepTo: state mover: person { id email } owns: owner { id email } said: words link { id __typename } madeAt }
  ... on GoalContributor { part member: person { id email } about: goal { id name } }
  ... on GoalKpi { place counts: measuredBy { key } whose: owner { id email } partOf: weight atLeast: threshold { amount }
    aim: target { amount } stretch { amount } thresholdScore targetScore stretchScore actual { amount }
    reachedLevel: level scored: score }
  ... on GoalAdjustment { place how: kind adjustedFor: cause convention changeDayCounts firstDay lastDay kept: counted whole
    was: before { amount } became: after { amount } ramp { id } person { id email } given: reason adjustedAt }
  ... on GoalRating { ratedLevel: level comment rater: person { id email } ratedAt }
  ... on GoalClosing { basis scored: score target { amount } actual { amount } closer: person { id email }
    closingNote: note closed: closedAt reopenedBy { id email } reopenedAt reopenReason }
  ... on GoalTemplate { name forRole goalName description counts: measuredBy { key } target { amount } noParentReason
    scoredBy: kpis { measure weight currency threshold targetScore } retired assignments { nodes { id drafted grain calendar { id } } } }
  ... on GoalAssignment { template { id } person { id email } startsOn endsOn drafted assignedAt
    leftAlone { totalCount nodes { id email } } goals { totalCount nodes { id name } } }
  ... on Ramp { name byMonth: steps { month share } retired }
  ... on PayPlan { key name currency paysBy: calendar { id } retired now: current { id text }
    versions { nodes { id text } } onIt: assignments { totalCount nodes { id person { id email } } }
    overrides { nodes { id reason } } }
  ... on PayPlanVersion { ofPlan: plan { id name } number beginsOn text drafterSays: note findings failing follows
    differs: changes draftedBy { id email } draftedAt publishedBy { id email } publishedAt
    discardedBy { id email } discardedAt }
  ... on PayAssignment { ofPlan: plan { id name } payee: person { id email } ofWhoever: position { id } startsOn until: endsOn
    targetIncentive { amount } }
  ... on PayOverride { within: plan { id name } payee: person { id email } agreed: kind key holds: value startsOn
    until: endsOn because: reason agreedBy { id email } }
  ... on PayRun { startsOn endsOn because: reason went: state askedBy { id email } askedAt begunAt endedAt payees: total
    worked: done failed givenUp breakdowns { person plan failure givenUpAt } brokeDown: failure }
  ... on PayTrial { startsOn endsOn because: reason went: state askedBy { id email } askedAt begunAt endedAt payed: total
    worked: done failed givenUp breakdowns { person plan failure givenUpAt } brokeDown: failure tries { id text }
    onPlan: plan { id } paid { amount } tried { amount } more { amount currency } winners losers unchanged
    byComponent: components { key name paid tried }
    gainers: payees(first: 30) { totalCount nodes { person { id email } paid { amount } tried { amount } gain { amount } whyNot: failure
      components { name paid tried } } } }
  ... on PayResult { talk: comments(first: 3) { totalCount nodes { id body } }
    earner: person { id email } within: plan { id name } startsOn endsOn final earned: total { amount currency }
    failure components { key name amount pending reason } goes: lines { nodes { id sentence } } nth: version madeAt
    supersededAt inputsHash versions { nodes { id } } }
  ... on PayLine { place component lineKind: kind brings: amount { amount currency } sentence formula numbers { name value } tier
    itsSale: sale { id } credit { id } }
  ... on Event { number act subjectKind subjectId subject { id } person { id email } via reason
    changes { name before after } recordedAt }
}"""
BY_ID = "query($ids: [ID!]!) { nodes(ids: $ids) { ...Everything } }"
LISTS = (
    """{ me { person { ...Everything } organisation { ...Everything } }
  people(first: 100) { nodes { ...Everything } } positions(first: 100) { nodes { ...Everything } }
  territories(first: 100) { nodes { ...Everything } }
  accounts(first: 100) { nodes { ...Everything } } products(first: 100) { nodes { ...Everything } }
  opportunities(first: 100) { nodes { ...Everything } } expenses(first: 100) { nodes { ...Everything } }
  measures(first: 100) { nodes { ...Everything } } creditingRules(first: 100) { nodes { ...Everything } }
  creditingPolicies(first: 100) { nodes { ...Everything } } exchangeRates(first: 100) { nodes { ...Everything } }
  creditProposals(first: 100) { nodes { ...Everything } }
  credits(first: 100) { nodes { ...Everything } } saleCreditings(first: 100) { nodes { ...Everything } }
  calendars(first: 100) { nodes { ...Everything } } seasons(first: 100) { nodes { ...Everything } }
  goalPolicy { ...Everything }
  notes(first: 100) { nodes { ...Everything } }
  accessRequests(first: 100) { nodes { ...Everything } }
  tasks(first: 100) { totalCount nodes { ...Everything } } programmes(first: 100) { nodes { ...Everything } }
  programmePairs(first: 100) { nodes { programme { id name } manager { id email } coachee { id email } held state } }
  programmeReports(first: 100) { nodes { programme { id } manager { id email } planned done } }
  programmeTotals(first: 100) { nodes { programme { id } planned done } } }
"""
    + EVERYTHING
)
MORE_LISTS = (
    """{
  oneToOnes(first: 100) { totalCount nodes { ...Everything } }
  feedback(first: 100) { nodes { ...Everything } } unnamedFeedback(first: 100) { nodes { ...Everything } }
  feedbackRequests(first: 50) { nodes { ...Everything } } feedbackVisibilities { nodes { ...Everything } }
  recognitionWall(first: 50) { nodes { ...Everything } } recognition(first: 50) { nodes { ...Everything } }
  recognitionValues { nodes { ...Everything } } recognitionCounts { nodes { given value { id name } } }
  insights(first: 50) { nodes { ...Everything } }
  notices(first: 100) { nodes { ...Everything } } mentions(first: 100) { nodes { ...Everything } } digests(first: 100) { nodes { ...Everything } }
  activities(first: 100) { nodes { kind message percent happenedAt person { id email } subject { __typename id } } } blockers(first: 100) { nodes { ...Everything } }
  scorecards(first: 100) { nodes { ...Everything } } assessments(first: 100) { nodes { ...Everything } }
  assessmentScores(first: 100) { nodes { ...Everything } } criterionTrends { criterion mean }
  goalTemplates(first: 100) { nodes { ...Everything } } ramps(first: 100) { nodes { ...Everything } }
  payPlans(first: 100) { nodes { ...Everything } } payRuns(first: 100) { nodes { ...Everything } }
  payTrials(first: 20) { nodes { ...Everything } }
  payTotals(first: 20) { nodes { plan { id } total { amount } teams { manager amount } components { name amount } } }
  pay(first: 100) { nodes { ...Everything } }
  history(first: 100) { nodes { ...Everything } } approvals(first: 100) { nodes { ...Everything } }
  amendments(first: 100) { nodes { ...Everything } } delegations(first: 100) { nodes { ...Everything } }
  goalLocks(first: 100) { nodes { ...Everything } }
  goalsAsOf(first: 100) { nodes { goal { id } owner { id email } amendment { id reason } target { amount } } }
  performance(by: YEAR, first: 100) { nodes { territory { ...Everything } sales { amount } } } }
"""
    + EVERYTHING
)
LONG_LISTS = (
    """query($sales: String, $goals: String) {
  sales(first: 60, after: $sales) { nodes { ...Everything } pageInfo { endCursor } }
  goals(first: 20, after: $goals) { nodes { ...Everything } pageInfo { endCursor } } }
"""
    + EVERYTHING
)


def of_every_standing(trial: Trial) -> list[Caller]:
    """The first of our callers with each set of roles, or of scopes and grants."""
    found = {
        (caller.roles, caller.scopes, caller.territories): caller
        for caller in reversed(trial.callers)
        if caller.org == trial.ours.org
    }
    assert {role for caller in found.values() for role in caller.roles} == set(Role)
    return list(found.values())


def everything_of(type_name: str) -> str:
    """What `EVERYTHING` asks of one type. A statement that leads to all of them is long to plan."""
    kept = (
        print_ast(each)
        for each in _everything().selection_set.selections
        if not isinstance(each, InlineFragmentNode)
        or (each.type_condition and each.type_condition.name.value in ("Versioned", type_name))
    )
    return f"fragment Everything on Node {{ {' '.join(kept)} }}"


@cache
def _everything() -> FragmentDefinitionNode:
    [everything] = parse(EVERYTHING).definitions
    assert isinstance(everything, FragmentDefinitionNode)
    return everything


async def test_by_its_id_everybody_gets_what_they_see_and_nothing_else(trial: Trial) -> None:
    """Every id of every kind, and some of the other company's."""
    everybody = of_every_standing(trial)
    for turn, (kind, type_name) in enumerate(KINDS.items()):
        ids = [
            f"{kind}_{id}"
            for company, most in ((trial.ours, 1000), (trial.theirs, 8))
            for id in sorted(trial.facts[company.org].rows[type_name])[:most]
        ]
        document = BY_ID + everything_of(type_name)
        # Of goals everybody; of what belongs to them, and of the rest, they take turns.
        for caller in everybody if type_name == "Goal" else everybody[turn % 4 :: 4]:
            view = trial.views[caller]
            shown = 0
            for begin in range(0, len(ids), 100):
                _, answered = await trial.of(caller, document, {"ids": ids[begin : begin + 100]})

                assert leaks(view, answered.text) == []
                shown += sum(node is not None for node in answered.data["nodes"])
            assert shown == len(view.visible(type_name)), type_name


async def test_ids_of_all_kinds_at_once_are_answered_alike(trial: Trial) -> None:
    ids = [
        f"{kind}_{id}"
        for company in (trial.ours, trial.theirs)
        for kind, type_name in KINDS.items()
        for id in sorted(trial.facts[company.org].rows[type_name])[-1:]
    ]
    mona = trial.caller("Mona")

    _, answered = await trial.of(mona, BY_ID + EVERYTHING, {"ids": ids})

    assert leaks(trial.views[mona], answered.text) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [(LISTS, slice(0, None, 2)), (MORE_LISTS, slice(1, None, 2)), (LONG_LISTS, slice(None))],
    ids=["lists", "more lists", "long lists"],
)
async def test_a_list_holds_nothing_that_its_caller_does_not_see(
    trial: Trial, text: str, part: slice
) -> None:
    # A statement that leads to so much takes seconds to plan, so half of them look at each half.
    for caller in of_every_standing(trial)[part]:
        _, answered = await trial.of(caller, text)

        assert leaks(trial.views[caller], answered.text) == []


async def test_what_follows_of_long_lists_holds_nothing_either(trial: Trial) -> None:
    for label in ("Audrey", "Mona", "Eve", "partner with performance:read, sales:read"):
        caller = trial.caller(label)
        after = {"sales": None, "goals": None}
        for _ in range(3):
            _, answered = await trial.of(caller, LONG_LISTS, after)

            assert leaks(trial.views[caller], answered.text) == []
            for name in after:
                cursor = answered.data[name]["pageInfo"]["endCursor"]
                after[name] = cursor or after[name]


def test_every_type_with_an_id_is_looked_at_with_all_that_it_shows() -> None:
    types: Any = GRAPHQL_SCHEMA.type_map
    nodes = {each.name for each in GRAPHQL_SCHEMA.get_possible_types(types["Node"])}
    words = set(EVERYTHING.replace("(", " ").split())

    assert nodes == set(KINDS.values())
    for name in nodes:
        assert set(types[name].fields) <= words, name


def test_a_leak_would_be_found(trial: Trial) -> None:
    rui, audrey = (trial.views[trial.caller(name)] for name in ("Rui", "Audrey"))
    sam = trial.ours.person("Sam")
    foreign = trial.theirs.ids["goal", "1"]
    hidden = next(id for id in audrey.visible("Goal") if id not in rui.visible("Goal"))

    assert leaks(rui, json.dumps({"id": f"person_{sam}"})) == []
    assert leaks(rui, json.dumps({"id": f"goal_{hidden}"})) == [f"goal {hidden}"]
    assert leaks(audrey, json.dumps({"id": f"goal_{hidden}"})) == []
    assert leaks(audrey, json.dumps({"id": f"goal_{foreign}"})) == [f"goal {foreign}"]
    marked = f"\u27e8goal {hidden.hex}\u27e9 \u27e8person {sam.hex}\u27e9"
    assert sorted(leaks(rui, marked)) == sorted([f"goal {hidden}", f"the e-mail of {sam}"])
    told = next(row for row in rui.visible("Credit").values() if row["rule_id"] is not None)
    rule = told["rule_id"]
    assert leaks(rui, f"\u27e8crediting_rule {rule.hex}\u27e9") == []
    assert leaks(rui, json.dumps({"id": f"crediting_rule_{rule}"})) == [f"crediting_rule {rule}"]
