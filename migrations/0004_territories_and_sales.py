"""Territories in a tree, accounts, products, and the sales facts that count towards goals."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

TERRITORY = """
create table territory (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  name text not null check (length(name) between 1 and 200),
  kind text not null default 'geographic',
  parent_id uuid,
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint territory_external_id_once unique (org_id, external_id),
  constraint territory_parent foreign key (org_id, parent_id) references territory on delete restrict,
  constraint no_territory_within_itself check (parent_id <> id)
);
create index territory_by_parent on territory (org_id, parent_id);
create index territory_by_name on territory (org_id, name, id);
create table territory_within (
  org_id uuid not null references organisation,
  outer_id uuid not null,
  inner_id uuid not null,
  depth integer not null check (depth >= 0),
  primary key (org_id, outer_id, inner_id),
  constraint territory_within_outer foreign key (org_id, outer_id) references territory on delete restrict,
  constraint territory_within_inner foreign key (org_id, inner_id) references territory on delete restrict
);
create index territory_within_by_inner on territory_within (org_id, inner_id);
create table territory_assignment (
  org_id uuid not null references organisation,
  id uuid not null,
  territory_id uuid not null,
  person_id uuid not null,
  during daterange not null check (not isempty(during)),
  batch_id uuid,
  primary key (org_id, id),
  constraint territory_assignment_territory foreign key (org_id, territory_id) references territory on delete restrict,
  constraint territory_assignment_person foreign key (org_id, person_id) references person on delete restrict,
  constraint one_assignment_at_a_time
    exclude using gist (org_id with =, territory_id with =, person_id with =, during with &&)
);
create index territory_assignment_by_person on territory_assignment (org_id, person_id);
"""

ACCOUNT_AND_PRODUCT = """
create table account (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  name text not null check (length(name) between 1 and 300),
  kind text not null default '',
  city text not null default '',
  state text not null default '',
  country text not null default '',
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint account_external_id_once unique (org_id, external_id)
);
create index account_by_name on account (org_id, name, id);
create table product (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  name text not null check (length(name) between 1 and 300),
  category text not null default '',
  subcategory text not null default '',
  color text not null default '',
  standard_cost numeric(20, 4) check (standard_cost <> 'NaN'),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint product_external_id_once unique (org_id, external_id)
);
create index product_by_name on product (org_id, name, id);
"""

# One row is one line of an order: what was sold, by whom, where, on which day.
SALE = """
create table sale (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  order_number text not null default '',
  sold_on date not null,
  person_id uuid,
  territory_id uuid,
  account_id uuid,
  product_id uuid,
  quantity numeric(20, 4) not null check (quantity <> 'NaN'),
  unit_price numeric(20, 4) check (unit_price <> 'NaN'),
  amount numeric(20, 4) not null check (amount <> 'NaN'),
  cost numeric(20, 4) check (cost <> 'NaN'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint sale_external_id_once unique (org_id, external_id),
  constraint sale_person foreign key (org_id, person_id) references person on delete restrict,
  constraint sale_territory foreign key (org_id, territory_id) references territory on delete restrict,
  constraint sale_account foreign key (org_id, account_id) references account on delete restrict,
  constraint sale_product foreign key (org_id, product_id) references product on delete restrict
);
create index sale_by_person_and_day on sale (org_id, person_id, sold_on)
  include (amount, cost, quantity, currency);
create index sale_by_territory_and_day on sale (org_id, territory_id, sold_on)
  include (amount, cost, quantity, currency, person_id);
create index sale_by_batch on sale (org_id, batch_id);
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0003_history")]
    operations = [
        RunSQL(
            TERRITORY,
            "drop table territory_assignment; drop table territory_within; drop table territory",
        ),
        RunSQL(ACCOUNT_AND_PRODUCT, "drop table product; drop table account"),
        RunSQL(SALE, "drop table sale"),
        RunSQL(
            """
            call protect('territory'); call protect('territory_within'); call protect('territory_assignment');
            call protect('account'); call protect('product'); call protect('sale');
            """,
            "",
        ),
    ]
