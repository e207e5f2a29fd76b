"""`attain documents`: publish what our own apps may send."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.progress import console
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.manifest import Published


def add_to(app: typer.Typer) -> None:
    app.command("documents")(documents)


def documents(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where documents are missing.")
    ] = False,
) -> None:
    """Add the operations in documents/ to documents/manifest.json, which apps are limited to.

    A document that changed is added anew and its old texts stay: apps on phones go on sending them.
    """
    from api.manifest import DOCUMENTS

    names = publish(DOCUMENTS, check=check)
    told = f"Published {', '.join(names)}." if names else "Every document is published."
    console.print(told, markup=False, soft_wrap=True)


def publish(folder: Path, *, check: bool) -> list[str]:
    """Add the folder's documents to its manifest; the names of those that were missing.

    Raises CommandRefused for a document that would not run and, with `check`, for a missing one.
    """
    from api.manifest import read_manifest, unpublished, write_manifest

    manifest = read_manifest(folder)
    missing = unpublished(manifest, folder)
    _check_valid(missing)
    names = list(dict.fromkeys(entry.name for entry in missing.values()))
    if missing and check:
        raise CommandRefused(
            f"documents/manifest.json lacks {', '.join(names)}. Run `attain documents` and commit "
            "it."
        )
    if missing:
        write_manifest({**manifest, **missing}, folder)
    return names


def _check_valid(missing: Mapping[str, "Published"]) -> None:
    """Refuse what the endpoint would refuse, before it is published for good."""
    from api.endpoint import DocumentLimits, RequestRefused
    from api.endpoint.documents import Documents
    from schema import schema

    checking = Documents(schema, DocumentLimits(), introspection=True, hide_suggestions=False)
    for entry in missing.values():
        try:
            checking.prepare(entry.text, None)
        except RequestRefused as refused:
            said = "; ".join(str(shown["message"]) for shown in refused.shown())
            raise CommandRefused(
                f"documents/{entry.name}.graphql cannot be published: {said}"
            ) from None
