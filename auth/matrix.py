"""Prints the permission table for people: `python -m auth.matrix > docs/permissions.md`."""

import sys
from collections.abc import Mapping

from auth.actor import Role
from auth.permissions import (
    ACTS,
    ALL,
    AT_THE_TOP,
    BELOW,
    GRANTED,
    NOBODY,
    OWN,
    READS,
    Act,
    FieldClass,
    Partner,
    Reach,
    Row,
)

_HEAD = """\
# Who may see and do what

Printed from the table in `auth/permissions.py`; a test keeps the two alike. After a change there:
`python -m auth.matrix > docs/permissions.md`.

- **own**: rows about the caller themselves. **people**: rows about those below the caller in the
  reporting line on that day. **top**: rows about others above whom nobody stands on that day, so
  that somebody decides upon theirs, too. **all**: every row of the caller's organisation. **–**:
  nothing.
- *anyone* is everybody signed in, whatever their roles; a role's column says what it adds.
- A partner app needs one of the scopes named, and sees only the territories it was granted, unless
  the cell says *all*. It never sees pay, personal data or a person's row.
- Whoever a manager has let decide in their place approves and returns, on those days, the goals and
  amendments that wait for that manager: never their own nor the manager's, nor what the manager
  proposed, and nothing else of those people. Of these goals they see what the past says of them.
- *system* is a command on the server itself; nobody is it over the network.
- Filters, sorting and aggregates obey the same table. What may not be seen answers like what does
  not exist.
"""
_WORDS: Mapping[Reach, str] = {
    NOBODY: "–",
    OWN: "own",
    BELOW: "people",
    OWN | BELOW: "own, people",
    AT_THE_TOP: "top",
    GRANTED: "granted",
    ALL: "all",
}
_COLUMNS = ("anyone", *(role.value.replace("_", " ") for role in Role), "partner app", "system")


def markdown() -> str:
    """The whole document, ending in a newline."""
    return "\n".join(
        [
            _HEAD,
            "## Seeing",
            "",
            *_table("Class of fields", READS),
            "",
            "## Doing",
            "",
            *_table("Act", ACTS),
            "",
        ]
    )


def _table(first: str, rows: Mapping[FieldClass, Row] | Mapping[Act, Row]) -> list[str]:
    head = [first, *_COLUMNS, "Meaning"]
    return [
        _line(head),
        _line(["---"] * len(head)),
        *(_line([f"`{name}`", *_cells(row), row.meaning]) for name, row in rows.items()),
    ]


def _cells(row: Row) -> list[str]:
    reaches = [row.person, *(row.of(role) for role in Role)]
    return [*(_WORDS[reach] for reach in reaches), _partner(row.partner), _WORDS[row.system]]


def _partner(partner: Partner | None) -> str:
    if partner is None:
        return _WORDS[NOBODY]
    scopes = " or ".join(f"`{scope}`" for scope in sorted(partner.scopes))
    return f"{_WORDS[partner.reach]}, with {scopes}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
