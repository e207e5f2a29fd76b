"""How somebody's past proposals compare with what came of them, as SQL.

Somebody who always reaches more than they propose sandbags; somebody who always reaches less hopes.
For each past goal the ratio is result / proposal; the bias is the mean of the ratios, its interval the
two-sided 90 % interval of Student's t for a mean (NIST/SEMATECH e-Handbook of Statistical Methods,
1.3.5.2). A proposal of today, corrected, is the proposal times that mean; its interval is the one for
a single new ratio, which is wider by the spread of one (Hahn and Meeker, Statistical Intervals, 2.3).

Quotients and roots are worked out to 40 decimal places, of which 30 are kept, so that a tie is still
one when the figure is rounded, which happens once, for showing.
"""

from enum import StrEnum

from domain.goals.figures import reached
from domain.money import WITH_THREE_PLACES, WITHOUT_CENTS
from domain.sql import quoted

LEAST_PERIODS, MOST_PERIODS = 3, 12

# Student's t, 95 % one-sided, by degrees of freedom: one fewer than there are periods.
_STUDENT = """(values (2, 2.919986), (3, 2.353363), (4, 2.131847), (5, 2.015048), (6, 1.943180),
  (7, 1.894579), (8, 1.859548), (9, 1.833113), (10, 1.812461), (11, 1.795885)) student (freedom, t)"""


class ProposalVerdict(StrEnum):
    TOO_SHORT = "too_short"
    SANDBAGGING = "sandbagging"
    OPTIMISTIC = "optimistic"
    FAIR = "fair"


def _first_submitted(goal: str) -> str:
    """SQL: the target with which the owner first handed a goal in."""
    return f"""(select handed_in.target from goal_decision handed_in
      where handed_in.org_id = :org::uuid and handed_in.goal_id = {goal}.id
        and handed_in.act = 'submitted' and handed_in.person_id = {goal}.owner_id
      order by handed_in.decided_at, handed_in.id limit 1)"""


def _proposal(goal: str) -> str:
    return f"coalesce({goal}.proposed, {_first_submitted(goal)})"


def _of_similar_length(past: str, goal: str) -> str:
    """SQL: the one has at most a quarter more or fewer days than the other: months of 28 and 31 days
    are alike, as are periods of four and five weeks, a month and a quarter are not."""
    days = f"({goal}.ends_on - {goal}.starts_on + 1)"
    return f"4 * abs({past}.ends_on - {past}.starts_on + 1 - {days}) <= {days}"


def _past(goal: str) -> str:
    """SQL: the owner's last goals like this one that had ended before it began and by today, each
    with what its owner had proposed; of several that began together, the first made."""
    return f"""select distinct on (past.starts_on) past.*, {_proposal("past")} as proposal
      from goal past
      where past.org_id = :org::uuid and past.owner_id = {goal}.owner_id
        and past.measure = {goal}.measure and past.currency is not distinct from {goal}.currency
        and past.scope = {goal}.scope and past.status in ('approved', 'closed') and not past.private
        and past.ends_on < least(:today::date, {goal}.starts_on)
        and {_of_similar_length("past", goal)} and {_proposal("past")} > 0
      order by past.starts_on desc, past.id limit {MOST_PERIODS}"""


def proposal_bias(goal: str, measure: str) -> str:
    """SQL: one row with a goal's figures of bias; `measure` is the alias of its `measured`. No row
    while there is no period or nothing that can be compared, as for a yes or a no."""
    without, three = (
        ", ".join(map(quoted, sorted(each))) for each in (WITHOUT_CENTS, WITH_THREE_PLACES)
    )
    places = f"""case {measure}.unit when 'money' then case when {goal}.currency in ({without}) then 0
      when {goal}.currency in ({three}) then 3 else 2 end when 'percent' then 4 else 2 end"""

    def corrected(ratio: str) -> str:
        value = f"round(round(judged.proposal * ({ratio}), 30), {places})"
        return f"case when {value} < 0 then 0 else {value} end"

    return f"""select judged.periods, judged.from_submissions, round(judged.bias, 4) as bias,
      round(judged.low, 4) as low, round(judged.high, 4) as high, judged.proposal,
      {corrected("judged.bias")} as corrected,
      {corrected("judged.mean - judged.reach")} as corrected_low,
      {corrected("judged.mean + judged.reach")} as corrected_high,
      judged.verdict, {_sentence("judged")} as sentence
    from (
      select *, case when bias is null then 'too_short'
        when direction = 'higher' and low > 1.05 or direction = 'lower' and high < 0.95
          then 'sandbagging'
        when direction = 'higher' and high < 0.95 or direction = 'lower' and low > 1.05
          then 'optimistic'
        else 'fair' end as verdict
      from (
        select counted.periods, counted.from_submissions, {measure}.direction as direction,
          {_proposal(goal)} as proposal, counted.mean,
          case when student.t is not null then round(counted.mean, 30) end as bias,
          round(counted.mean - student.t * counted.deviation / sqrt(counted.size), 30) as low,
          round(counted.mean + student.t * counted.deviation / sqrt(counted.size), 30) as high,
          student.t * counted.deviation * sqrt(1 + 1 / counted.size) as reach
        from (
          select count(*) as periods, round(nullif(count(*), 0), 40) as size,
            count(*) filter (where compared.proposed is null) as from_submissions,
            avg(compared.ratio) as mean, stddev_samp(compared.ratio) as deviation
          from (
            select past.proposed,
              round(reached.part, 40) / nullif(reached.whole * past.proposal, 0) as ratio
            from ({_past(goal)}) past cross join lateral ({reached("past", measure)}) reached
          ) compared where compared.ratio is not null
        ) counted left join {_STUDENT} on student.freedom = counted.periods - 1
      ) measured
    ) judged
    where {goal}.ends_on is not null and {measure}.unit <> 'yes_no'"""


def _sentence(judged: str) -> str:
    few = f"too few to say; it takes at least {LEAST_PERIODS}."
    return f"""case {judged}.periods
      when 0 then 'There is no past proposal to judge by; it takes at least {LEAST_PERIODS}.'
      when 1 then 'One past proposal is {few}' when 2 then 'Two past proposals are {few}'
      else concat('Over ', {judged}.periods, ' past periods the result was ', {percent(f"{judged}.bias")},
        ' of what was proposed on average, with 90 % certainty between ', {percent(f"{judged}.low")},
        ' and ', {percent(f"{judged}.high")}, case {judged}.verdict
          when 'sandbagging' then ': proposals have been too cautious.'
          when 'optimistic' then ': proposals have been too hopeful.'
          else ': no lean to either side is certain.' end) end"""


def percent(rate: str) -> str:
    """SQL: a rate as people read it, with the digits that its field shows."""
    return f"concat(trim_scale(100 * round({rate}, 4)), ' %')"
