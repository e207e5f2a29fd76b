"""`attain documents`: publish what our own apps may send."""

from collections.abc import Mapping
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
    from api.manifest import read_manifest, unpublished, write_manifest

    manifest = read_manifest()
    missing = unpublished(manifest)
    _check_valid(missing)
    names = ", ".join(dict.fromkeys(entry.name for entry in missing.values()))
    if missing and check:
        raise CommandRefused(
            f"documents/manifest.json lacks {names}. Run `attain documents` and commit it."
        )
    if missing:
        write_manifest({**manifest, **missing})
    console.print(
        f"Published {names}." if missing else "Every document is published.", markup=False
    )


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
