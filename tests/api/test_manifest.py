"""The manifest of trusted documents: what is published stays, and means what it says."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from api.cli.documents import publish
from api.endpoint import DocumentLimits
from api.endpoint.documents import Documents
from api.manifest import read_manifest, trusted_texts, unpublished, write_manifest
from api.refusal import CommandRefused
from api.spellings import spellings
from schema import schema

WRITTEN = """\
# What waits.
query Waiting($status: [Status!]! = [OPEN], $first: Int! = 20, $after: String, $more: String) {
  goals(filter: {status: {in: $status}, name: "a, b"}) {
    ...Goal
    ... on Draft { id }
  }
}
fragment Goal on Goal { id }
"""
HEAD = """\
query Waiting($status: [Status!]! = [OPEN], $first: Int! = 20, $after: String, $more: String) {
  goals(filter: VALUE) {
    ...Goal
    ... on Draft {
      id
    }
  }
}
"""
VERSION_17 = HEAD.replace("VALUE", '{ status: { in: $status }, name: "a, b" }')
VERSION_16 = HEAD.replace("VALUE", '{status: {in: $status}, name: "a, b"}')
FRAGMENT = "fragment Goal on Goal {\n  id\n}"


def with_type_names(text: str) -> str:
    """As Apollo Client and urql rewrite this document; written out here, not computed."""
    return (
        text.replace("      id\n    }\n", "      id\n      __typename\n    }\n    __typename\n")
        if text.startswith("query")
        else text.replace("  id\n", "  id\n  __typename\n")
    )


def test_every_published_document_is_still_answered() -> None:
    checking = Documents(schema, DocumentLimits(), introspection=True, hide_suggestions=False)

    for text in trusted_texts().values():
        checking.prepare(text, None)  # raises for one that old apps could no longer send

    assert unpublished(read_manifest()) == {}, "run `attain documents`"


def test_a_document_is_known_by_every_text_that_client_libraries_make_of_it() -> None:
    """Checked against graphql-js 16.15 and 17.1, Apollo Client 4 and @urql/core 6."""
    found = spellings(WRITTEN)

    assert found == [
        WRITTEN,
        f"{VERSION_17}\n{FRAGMENT}",
        f"{VERSION_17}{FRAGMENT}",
        f"{VERSION_16}\n{FRAGMENT}",
        f"{VERSION_16}{FRAGMENT}",
        f"{with_type_names(VERSION_17)}\n{with_type_names(FRAGMENT)}",
        f"{with_type_names(VERSION_17)}{with_type_names(FRAGMENT)}",
        f"{with_type_names(VERSION_16)}\n{with_type_names(FRAGMENT)}",
        f"{with_type_names(VERSION_16)}{with_type_names(FRAGMENT)}",
    ]


def test_a_document_that_changes_is_added_and_its_old_texts_stay(tmp_path: Path) -> None:
    document = tmp_path / "Who.graphql"
    document.write_text("query Who {\n  me {\n    today\n  }\n}")
    write_manifest(unpublished({}, tmp_path), tmp_path)
    before = read_manifest(tmp_path)
    document.write_text("query Who {\n  me {\n    roles\n  }\n}")

    added = unpublished(before, tmp_path)
    write_manifest({**before, **added}, tmp_path)

    after = read_manifest(tmp_path)
    assert len(before) == len(added) == 2
    assert list(after.items()) == [*before.items(), *added.items()]
    assert {entry.name for entry in after.values()} == {"Who"}
    assert all(sha256(entry.text.encode()).hexdigest() == d for d, entry in after.items())
    assert unpublished(after, tmp_path) == {}


def test_what_is_missing_or_would_not_run_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    document = tmp_path / "Who.graphql"

    document.write_text("query Who { me { today } }")
    with pytest.raises(CommandRefused, match=r"lacks Who\. Run `attain documents`"):
        publish(tmp_path, check=True)
    document.write_text("query Who { nobody { today } }")
    with pytest.raises(CommandRefused, match=r"Who\.graphql cannot be published: Cannot query"):
        publish(tmp_path, check=False)
    document.write_text("query Who {")
    with pytest.raises(CommandRefused, match=r"Who\.graphql is no GraphQL: Syntax Error"):
        publish(tmp_path, check=False)

    assert [path.name for path in tmp_path.iterdir()] == ["Who.graphql"]


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "Who.graphql").write_text("query Who { me { today } }")

    first = publish(tmp_path, check=False)
    written = (tmp_path / "manifest.json").read_bytes()
    again = publish(tmp_path, check=False)

    assert (first, again) == (["Who"], [])
    assert (tmp_path / "manifest.json").read_bytes() == written
    assert publish(tmp_path, check=True) == []


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"0": 1}', json.dumps({"0" * 64: {"name": "Who", "text": "{ me { today } }"}})],
)
def test_a_damaged_manifest_is_refused_rather_than_trusted(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)

    with pytest.raises(CommandRefused, match="was damaged"):
        trusted_texts(tmp_path)
