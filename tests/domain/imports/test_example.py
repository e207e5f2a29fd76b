"""The example company comes in with exactly the figures that its files hold."""

from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from domain.ids import new_id
from domain.imports import Outcome
from tests.domain.imports.test_importing import ask, do
from tests.people import Company

EXAMPLE = Path(__file__).parents[3] / "examples" / "adventureworks"
SALES_SHA256 = "86593178f1ffedcdf606ebb5814a2e6e054d91f8bbbd1e5e956d12196b9247ad"


async def test_adventureworks_comes_in_exactly_and_only_once(database: str) -> None:
    company = await an_empty_company()

    first = await do(company, EXAMPLE / "mapping.toml")
    again = await do(company, EXAMPLE / "mapping.toml")

    assert (first.outcome, first.faults) == (Outcome.APPLIED, [])
    assert {source.new for source in first.sources if source.kind == "sales"} == {57_851}
    assert (again.outcome, again.changes) == (Outcome.UNCHANGED, 0)
    await holds_what_the_files_say(company)
    await knows_who_is_above_whom(company)
    await gives_every_target_its_goal(company)


async def holds_what_the_files_say(company: Company) -> None:
    assert await ask(
        company,
        "select (select count(*) from person where org_id = $1),"
        " (select count(*) from territory where org_id = $1 and kind = 'region'),"
        " (select count(*) from territory where org_id = $1 and kind = 'group'),"
        " (select count(*) from account where org_id = $1),"
        " (select count(*) from product where org_id = $1),"
        " (select count(*) from territory_assignment where org_id = $1)",
    ) == [(18, 10, 3, 701, 397, 39)]
    assert await ask(
        company,
        "select count(*), count(distinct order_number), sum(amount), sum(quantity),"
        " min(sold_on)::text, max(sold_on)::text from sale where org_id = $1",
    ) == [(57_851, 3_616, Decimal("77548570.20"), 204_114, "2017-07-01", "2020-05-31")]
    assert await ask(
        company,
        "select p.name, sum(amount) from sale s join person p on p.org_id = $1"
        " and p.id = s.person_id where s.org_id = $1 and p.name = 'Linda Mitchell' group by 1",
    ) == [("Linda Mitchell", Decimal("10158634.52"))]
    assert await ask(
        company,
        "select sum(amount) from sale s join territory t on t.org_id = $1"
        " and t.id = s.territory_id where s.org_id = $1 and t.name = 'Southwest'",
    ) == [(Decimal("18001116.10"),)]
    assert await ask(
        company,
        "select name from person where org_id = $1 and external_id = '288'"
        " union all select name from product where org_id = $1 and external_id in ('210', '215')",
    ) == [("José Saraiva",), ("HL Road Frame - Black, 58",), ("Sport-100 Helmet, Black",)]


async def knows_who_is_above_whom(company: Company) -> None:
    below = (
        "select v.name, count(*) from reach r join person v on v.org_id = $1 and v.id = viewer_id"
        " where r.org_id = $1 and depth > 0 and during @> date '2020-05-29' group by 1 order by 2"
    )
    assert await ask(company, below) == [
        ("Syed Abbas", 1),
        ("Amy Alberts", 3),
        ("Stephen Jiang", 10),
        ("Brian Welcker", 17),
    ]
    # Every representative's regions lie in the group of a manager above them.
    assert (
        await ask(
            company,
            "select rep.name from territory_assignment a join person rep on rep.org_id = $1"
            " and rep.id = a.person_id and rep.title = 'Sales Representative' where a.org_id = $1"
            " and not exists (select 1 from territory_assignment b join reach r on r.org_id = $1"
            " and r.viewer_id = b.person_id and r.person_id = rep.id and r.depth = 1"
            " where b.org_id = $1 and b.territory_id = a.territory_id)",
        )
        == []
    )


async def gives_every_target_its_goal(company: Company) -> None:
    assert await ask(
        company, "select count(*), sum(target) from goal where org_id = $1 and measure = 'revenue'"
    ) == [(809, 676_210_000)]
    assert await ask(
        company,
        "select g.status, d.act, count(*), min(starts_on)::text, max(starts_on)::text from goal g"
        " join goal_decision d on d.org_id = $1 and d.goal_id = g.id where g.org_id = $1"
        " group by 1, 2 order by 1",
    ) == [
        ("approved", "approved", 521, "2017-07-01", "2020-05-01"),
        ("draft", "drafted", 288, "2020-06-01", "2021-12-01"),
    ]
    placed = (
        "select distinct p.name, t.name from goal g join person p on p.org_id = $1"
        " and p.id = owner_id join territory t on t.org_id = $1 and t.id = g.territory_id"
        " where g.org_id = $1 and p.name in ('Brian Welcker', 'Stephen Jiang', 'Jae Pak',"
        " 'Syed Abbas', 'Linda Mitchell', 'Shu Ito') order by 1"
    )
    assert await ask(company, placed) == [
        ("Brian Welcker", "AdventureWorks"),
        ("Jae Pak", "Europe"),
        ("Linda Mitchell", "North America"),
        ("Shu Ito", "Southwest"),
        ("Stephen Jiang", "North America"),
        ("Syed Abbas", "Australia"),
    ]


async def an_empty_company() -> Company:
    """An organisation without anybody in it yet."""
    company = Company(org=(org := new_id()), slug=f"test-{org.hex}", ids={}, positions={})
    await ask(
        company,
        "insert into organisation (org_id, slug, name, currency, time_zone, business_date)"
        f" values ($1, '{company.slug}', 'AdventureWorks', 'USD', 'America/Los_Angeles',"
        " '2020-05-29')",
    )
    return company


def test_the_extract_is_unchanged() -> None:
    assert sha256((EXAMPLE / "Sales.csv").read_bytes()).hexdigest() == SALES_SHA256
