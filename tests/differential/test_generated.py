"""Thousands of operations that nobody thought of, through both roads.

Set ATTAIN_TEST_THOROUGHLY for twenty times as many.
"""

import os

import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from tests.differential.comparing import Differs
from tests.differential.generating import operations
from tests.differential.leaks import leaks
from tests.differential.pools import Pools
from tests.differential.shrinking import smallest
from tests.differential.trial import NotValid, Trial
from tests.differential.walking import walk_every_list

RUNS = 12
"""How many callers ask for one operation, on average."""
FIELD_BY_FIELD = 6
"""Of so many runs one reads each root by itself, as a mutation's payload does."""
EXAMPLES = 70 * (20 if os.environ.get("ATTAIN_TEST_THOROUGHLY") else 1)


@pytest_asyncio.fixture(scope="module")
async def pools(trial: Trial) -> Pools:
    """What the operations say; cursors are those of every list in every order."""
    cursors = await walk_every_list(trial)
    return Pools.of(trial.facts[trial.ours.org], trial.facts[trial.theirs.org], cursors)


@given(data=st.data())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    report_multiple_bugs=False,
    # Documents are made smaller by `shrinking`, which knows what a document is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
async def test_whatever_is_asked_both_roads_answer_alike(
    trial: Trial, pools: Pools, data: st.DataObject
) -> None:
    operation = data.draw(operations(pools, len(trial.callers), RUNS))
    known = dict(trial.cursors)

    try:
        for turn, (number, sent) in enumerate(operation.runs):
            caller = trial.callers[number]
            by_field = turn % FIELD_BY_FIELD == FIELD_BY_FIELD - 1

            try:
                _, answered = await trial.of(caller, operation.text, sent, by_field=by_field)
            except NotValid:
                reject()  # two fields of one name that do not merge; it happens, seldom
            except Differs as wrong:
                text = operation.text
                raise await smallest(trial, caller, text, sent, wrong, by_field=by_field) from None

            assert leaks(trial.views[caller], answered.text) == []
    finally:
        trial.cursors = known  # an example may know nothing of another
