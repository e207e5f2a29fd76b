"""A row is written by organisation and id, both, and never moves to another organisation."""

import pytest

from domain.database import on_behalf_of
from domain.ids import new_id
from domain.people.models import Position
from domain.rows import IdTaken
from tests.people import Company, count, found_company


async def test_the_same_id_in_two_organisations_is_two_rows(company: Company) -> None:
    other, shared = await found_company("Contoso"), new_id()
    for each in (company, other):
        async with on_behalf_of(each.org):
            await Position.add(org_id=each.org, id=shared, title="Ours")

    async with on_behalf_of(company.org):
        ours = await Position.get(org_id=company.org, id=shared)
        await ours.change(title="Changed", version=2)
        assert (ours.title, ours.version) == ("Changed", 2)
    assert await count(company, "position", f"id = '{shared}' and title = 'Changed'") == 1
    assert await count(other, "position", f"id = '{shared}' and title = 'Ours'") == 1

    async with on_behalf_of(company.org):
        await ours.delete()
    assert await count(company, "position", f"id = '{shared}'") == 0
    assert await count(other, "position", f"id = '{shared}'") == 1


async def test_a_stored_row_is_changed_and_never_saved(company: Company) -> None:
    async with on_behalf_of(company.org):
        row = await Position.get(org_id=company.org, id=company.positions["Rui"])
        row.title = "Saved"
        with pytest.raises(TypeError):
            await row.save()

    assert await count(company, "position", "title = 'Saved'") == 0


async def test_an_id_chosen_by_a_phone_is_taken_only_within_its_organisation(
    company: Company,
) -> None:
    other = await found_company("Contoso")
    theirs = other.positions["Rui"]

    async with on_behalf_of(company.org):
        assert (await Position.add(org_id=company.org, id=theirs, title="Ours")).id == theirs
    with pytest.raises(IdTaken):
        async with on_behalf_of(company.org):
            await Position.add(org_id=company.org, id=company.positions["Rui"], title="Again")

    assert await count(company, "position", "title = 'Ours'") == 1
    assert await count(company, "position", "title = 'Again'") == 0
