"""What is wrong with a row, or with a whole file, said so that a person finds it in an editor."""

from dataclasses import dataclass

EXCERPT = 80
CONTENT = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts from 1 as an editor or spreadsheet shows it; 0 means the file as a whole."""

    source: int
    line: int
    column: str
    excerpt: str
    expected: str
    kind: str
    content: str = ""


class Broken(Exception):
    """The file cannot be read on from here, so none of it can be trusted."""

    def __init__(self, line: int, kind: str, expected: str, *, column: str = "", excerpt: str = ""):
        super().__init__(expected)
        self.line = line
        self.kind = kind
        self.expected = expected
        self.column = column
        self.excerpt = excerpt

    def fault(self, source: int) -> Fault:
        return Fault(
            source, self.line, self.column, excerpt(self.excerpt), self.expected, self.kind
        )


def excerpt(value: str, limit: int = EXCERPT) -> str:
    """The beginning of a value, with what is not printable shown as escapes; safe to store."""
    head = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[:limit])
    return head + "…" if len(value) > limit else head


def content(cells: list[str]) -> str:
    """A refused row, short enough to keep."""
    return excerpt(" | ".join(cell[:200] for cell in cells[:60]), CONTENT)
