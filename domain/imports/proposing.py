"""A first draft of a mapping for one file, for a person to review.

Here, and only here, something is guessed; the draft says so, and an import never does.
"""

import csv
from pathlib import Path

from domain.errors import Invalid
from domain.imports.kinds import KINDS, Kind
from domain.imports.mapping import SHEETS
from domain.imports.values import COMMON_DATES, COMMON_STYLES, reads_as_date

_SAMPLE_BYTES = 256 * 1024
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_DELIMITERS = (",", ";", "|", "\t")


def propose(path: Path) -> str:
    """The text of a mapping whose every line wants a look. Raises Invalid."""
    if path.suffix.lower() in SHEETS:
        raise Invalid("Save the sheet as delimited text to have a mapping proposed for it.")
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE_BYTES)
    except OSError as why:
        raise Invalid(f"{path} cannot be read: {why.strerror}.") from None
    encoding, text = _decoded(sample)
    lines = text.splitlines()[:2000]
    if len(lines) < 2:
        raise Invalid(f"{path.name} has no rows to learn from.")
    delimiter = max(_DELIMITERS, key=lines[0].count)
    quoted = any(f'{delimiter}"' in line or line.startswith('"') for line in lines)
    header, *rows = (
        csv.reader(lines, delimiter=delimiter)
        if quoted
        else (line.split(delimiter) for line in lines)
    )
    rows = [row for row in rows[:-1] or rows if len(row) == len(header)]
    columns = {
        name: [row[place] for row in rows if row[place]] for place, name in enumerate(header)
    }
    return _draft(path.name, encoding, delimiter, quoted, columns)


def _decoded(sample: bytes) -> tuple[str, str]:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", sample.decode("utf-16", "replace")
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    for encoding in _ENCODINGS:
        try:
            return encoding, whole.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("Every byte is a character of Latin-1.")


def _draft(
    name: str, encoding: str, delimiter: str, quoted: bool, columns: dict[str, list[str]]
) -> str:
    kind = _likely_kind(columns)
    others = ", ".join(other for other in KINDS if other != kind.name)
    likely = _likely(kind, list(columns))
    decimal, grouping = _number_style(columns)
    lines = [
        "# A proposal, guessed from the beginning of the file. Review every line before importing.",
        f"name = {_quoted(Path(name).stem)}",
        "",
        "[files]",
        f"encoding = {_quoted(encoding)}",
        f"delimiter = {_quoted(delimiter)}",
        f"quoting = {_quoted('double' if quoted else 'none')}",
        f"date = {_quoted(_date_format(columns))}",
        f"decimal = {_quoted(decimal)}",
        f"grouping = {_quoted(grouping)}",
        '# currency = "USD"',
        "",
        "[[source]]",
        f"kind = {_quoted(kind.name)}  # or {others}?",
        f"file = {_quoted(name)}",
    ]
    used = set(likely.values())
    if kind.has_external_id:
        first = next(iter(columns))
        used.add(first)
        lines.append(
            f"external_id = {_quoted(first)}  # what names a row for ever? or several, joined"
        )
    lines.append("[source.fields]")
    lines += [f"{field} = {_quoted(column)}" for field, column in likely.items()]
    lines += [
        f"# {field.name} = ?{'  (needed)' if field.required else ''}"
        for field in kind.fields
        if field.given and field.name not in likely
    ]
    lines += [f"# column not used: {c}" for c in columns if c not in used]
    return "\n".join(lines) + "\n"


def _likely_kind(columns: dict[str, list[str]]) -> Kind:
    """The kind whose fields the columns' names bear most. Where they bear none, as in another
    language, days beside numbers with decimals are sales."""
    best = max(KINDS.values(), key=lambda kind: len(_likely(kind, list(columns))))
    if not _likely(best, list(columns)) and _days(columns) and _with_decimals(columns):
        return KINDS["sales"]
    return best


def _quoted(text: str) -> str:
    escaped = "".join(
        "\\" + c if c in '"\\' else c if c.isprintable() else f"\\u{ord(c):04x}" for c in text
    )
    return f'"{escaped}"'


def _likely(kind: Kind, columns: list[str]) -> dict[str, str]:
    """Fields whose name, or a part of it, a column bears."""
    plain = {_plain(column): column for column in columns}
    found: dict[str, str] = {}
    for field in kind.fields:
        wanted = _plain(field.name)
        column = plain.get(wanted) or next(
            (plain[name] for name in plain if wanted in name or (len(name) > 3 and name in wanted)),
            None,
        )
        if column is not None and field.given and column not in found.values():
            found[field.name] = column
    return found


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _date_format(columns: dict[str, list[str]]) -> str:
    return next(iter(_days(columns)), COMMON_DATES[0])


def _days(columns: dict[str, list[str]]) -> list[str]:
    """The common formats that all values of some column fit."""
    return [
        form
        for form in COMMON_DATES
        if any(
            values and all(reads_as_date(form, value) for value in values[:500])
            for values in columns.values()
        )
    ]


def _number_style(columns: dict[str, list[str]]) -> tuple[str, str]:
    """The style that reads the most columns whole, among those with a separator in them."""
    columns_with = _with_separators(columns)
    best = max(
        COMMON_STYLES,
        key=lambda style: sum(
            all(style.pattern.fullmatch(value) for value in values[:500]) for values in columns_with
        ),
    )
    needs_grouping = any(
        best.grouping in value and best.pattern.fullmatch(value)
        for values in columns_with
        for value in values[:500]
    )
    return best.decimal, best.grouping if needs_grouping else ""


def _with_separators(columns: dict[str, list[str]]) -> list[list[str]]:
    return [v for v in columns.values() if v and any(set(x) & set(".,") for x in v)]


def _with_decimals(columns: dict[str, list[str]]) -> bool:
    return any(
        style.pattern.fullmatch(values[0])
        for values in _with_separators(columns)
        for style in COMMON_STYLES
    )
