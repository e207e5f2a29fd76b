"""Credits that people give by hand: one proposes, another approves, and one act takes them back."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

PROPOSAL = """
create table credit_proposal (
  org_id uuid not null references organisation,
  id uuid not null,
  sale_id uuid not null,
  sale_version integer not null,
  person_id uuid not null,
  counts_for text not null check (counts_for in ('pay', 'quota', 'both')),
  event text not null check (event in ('booking', 'invoice', 'cash', 'go_live')),
  credited_on date not null check (isfinite(credited_on)),
  share numeric(9, 8) check (share <> 0 and abs(share) <= 1),
  amount numeric(20, 4) check (amount <> 0 and amount <> 'NaN'),
  reason_code text not null check (reason_code in ('missed', 'agreed', 'wrong_source', 'claim_upheld', 'other')),
  reason text not null check (length(reason) between 1 and 1000),
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'declined')),
  proposed_by_id uuid not null,
  proposed_at timestamptz not null default now(),
  decided_by_id uuid,
  decided_at timestamptz,
  note text not null default '' check (length(note) <= 1000),
  credit_id uuid,
  version integer not null default 1,
  primary key (org_id, id),
  constraint credit_proposal_person foreign key (org_id, person_id) references person on delete restrict,
  constraint credit_proposal_proposed_by foreign key (org_id, proposed_by_id) references person on delete restrict,
  constraint credit_proposal_decided_by foreign key (org_id, decided_by_id) references person on delete restrict,
  constraint credit_proposal_credit foreign key (org_id, credit_id) references credit on delete restrict,
  constraint a_share_or_an_amount check ((share is null) <> (amount is null)),
  constraint decided_or_waiting check ((state = 'waiting') = (decided_at is null)
    and (decided_at is null) = (decided_by_id is null)),
  constraint what_waits_is_no_credit check (credit_id is null or state <> 'waiting'),
  constraint nobody_approves_what_they_proposed_or_get
    check (state <> 'approved' or (decided_by_id <> proposed_by_id and decided_by_id <> person_id))
);
comment on table credit_proposal is 'A credit that somebody wants given by hand, and what another decided.';
create index credit_proposal_by_day on credit_proposal (org_id, proposed_at, id);
create index credit_proposal_by_credit on credit_proposal (org_id, credit_id);
call protect('credit_proposal', 'select, insert, update');
create unique index credit_taken_back_once on credit (org_id, reverses_id) where kind = 'manual' and reverses_id is not null;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0025_pay_trials")]
    operations = [
        RunSQL(PROPOSAL, "drop index credit_taken_back_once; drop table credit_proposal"),
    ]
