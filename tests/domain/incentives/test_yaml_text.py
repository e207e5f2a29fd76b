"""Plans as YAML: what is written is read again, and nothing is read that could surprise."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.incentives.documents import plan_of, terms_of
from domain.incentives.yaml_text import NotYaml, read, written
from tests.domain.incentives.test_calculating import FULL
from tests.domain.incentives.test_documents import DOCUMENT


def test_a_plan_comes_back_from_its_text() -> None:
    assert plan_of("test", read(written(terms_of(FULL)))) == FULL
    assert plan_of("reps", read(written(DOCUMENT))) == plan_of("reps", DOCUMENT)


def test_every_scalar_stays_the_text_it_was_written_as() -> None:
    assert read("rate: 0.10\nno: yes\nday: 2020-05-29\nnothing: ~\nparts: [1e3, 0x1F, 5 %]") == {
        "rate": "0.10",
        "no": "yes",
        "day": "2020-05-29",
        "nothing": "~",
        "parts": ["1e3", "0x1F", "5 %"],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2", "`c` is said twice (line 4, column 3)"),
        ("a: &x 1\nb: *x", "Anchors and aliases are not read (line 1, column 4)"),
        ("a: !!python/object/apply:os.system [ls]", "Tags are not read (line 1, column 4)"),
        ("- 1\n- 2", "A plan is a mapping"),
        ("", "A plan is a mapping"),
        ("a: [1, 2", "This is not YAML"),
        ("a:\n\t- 1", "This is not YAML"),
        ("? [a]\n: b", "A key is a word"),
        ("a: " + "[" * 30 + "]" * 30, "at most 20 levels deep"),
        ("a: \x00", "This is not YAML"),
        ('a: "\\0"', "An escape stands for no letter (line 1, column 4)"),
        ('a: "\\ud800"', "invalid Unicode character escape code (line 1, column"),
        ('a: "\\UFFFFFFFF"', "invalid Unicode character escape code (line 1, column"),
        ("a: 1\n---\nb: 1", "here another begins (line 3, column 1)"),
        ("a: [" + "1," * 30_000 + "]", "at most 30000 parts"),
        ("a" * 200_001, "at most 200000 characters"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_place(text: str, says: str) -> None:
    begun = time.process_time()

    with pytest.raises(NotYaml) as refused:
        read(text)

    assert says in refused.value.message
    assert time.process_time() - begun < 2


leaves = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(leaves, inner, max_size=3), max_leaves=8
)  # fmt: skip


@given(st.dictionaries(leaves, values, max_size=4))
def test_any_document_of_texts_comes_back(document: dict[str, object]) -> None:
    assert read(written(document)) == document


def test_nothing_is_read_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a: 1")

    assert read(f"include: {tmp_path / 'secret'}") == {"include": str(tmp_path / "secret")}
