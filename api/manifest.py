"""The manifest of trusted documents: every text that an app of ours may send, by its hash.

`documents/manifest.json` maps the SHA-256 of a text (UTF-8, lower-case hexadecimal) to the text and
to the name of the file in `documents/` that it was made from. Entries are added and never removed:
a version of an app lives on phones for years and goes on naming the texts it was built with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson
from graphql import GraphQLSyntaxError

from api.refusal import CommandRefused
from api.spellings import spellings

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


@dataclass(frozen=True, slots=True)
class Published:
    """One text of a document, under the name of the document."""

    name: str
    text: str


Manifest = Mapping[str, Published]
"""By hash, in the order in which they were published."""


def read_manifest(folder: Path = DOCUMENTS) -> Manifest:
    """What the folder's manifest holds; nothing where there is none yet. Raises CommandRefused for
    one that was damaged: a hash that names another text would be trusted for what it is not."""
    path = folder / "manifest.json"
    if not path.exists():
        return {}
    try:
        entries = orjson.loads(path.read_bytes())
        manifest = {
            digest: Published(entry["name"], entry["text"]) for digest, entry in entries.items()
        }
        sound = all(digest_of(entry.text) == digest for digest, entry in manifest.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise CommandRefused(
            "documents/manifest.json was damaged: a hash in it is not that of its text. Take it "
            "back from the repository; `attain documents` adds to it and is all that should."
        )
    return manifest


def trusted_texts(folder: Path = DOCUMENTS) -> dict[str, str]:
    """The text for each hash, as the endpoint needs them. Raises CommandRefused."""
    return {digest: entry.text for digest, entry in read_manifest(folder).items()}


def unpublished(manifest: Manifest, folder: Path = DOCUMENTS) -> dict[str, Published]:
    """What the folder's documents would add to the manifest. Raises CommandRefused for one that
    cannot be parsed."""
    return {digest: published for digest, published in _texts(folder) if digest not in manifest}


def write_manifest(manifest: Manifest, folder: Path = DOCUMENTS) -> None:
    """Write the whole manifest, readable and in a form that makes small diffs."""
    entries = {
        digest: {"name": entry.name, "text": entry.text} for digest, entry in manifest.items()
    }
    text = orjson.dumps(entries, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    (folder / "manifest.json").write_bytes(text)


def digest_of(text: str) -> str:
    """The SHA-256 of the text in UTF-8, as 64 lower-case hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _texts(folder: Path) -> Iterator[tuple[str, Published]]:
    for path in sorted(folder.glob("*.graphql")):
        try:
            texts = spellings(path.read_text("utf-8"))
        except (GraphQLSyntaxError, UnicodeDecodeError) as fault:
            raise CommandRefused(f"documents/{path.name} is no GraphQL: {fault}") from None
        for text in texts:
            yield digest_of(text), Published(path.stem, text)
