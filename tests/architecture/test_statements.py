"""Every hand-written statement names the organisation for each table it touches.

Row security would hide another organisation's rows all the same; but a statement that does not name
the organisation cannot be sent to the one machine that has its rows, and is slow before that.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from auth.permissions import FieldClass
from schema import STORED
from schema.history import SUBJECTS
from tests.architecture.test_contracts import ROOT, sources

# Statements that rightly name no organisation, by their first words, each with its reason.
WITHOUT_AN_ORGANISATION = {
    "select org_id from organisation order by": "the worker lists every organisation, to serve each",
    "select 1 from organisation where slug": "whether a slug is taken, before an organisation has it",
}

_CREATED = re.compile(r"create table (?:if not exists )?(\w+) \(\s*org_id uuid", re.IGNORECASE)
_TOUCHED = r"\b(?:from|join|into|update|using)\s+({tables})\b(?!\s*\.)"


def tenant_tables() -> set[str]:
    """Tables that migrations create with org_id as their first column."""
    text = "\n".join(path.read_text() for path in (ROOT / "migrations").glob("*.py"))
    return set(_CREATED.findall(text))


def texts(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of a module, joined as it is written; what an f-string fills in reads `{}`."""
    inner: set[int] = set()
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if id(node) in inner or id(node) in docstrings:
            continue
        match node:
            case ast.JoinedStr(values=values):
                inner |= {id(value) for value in values}
                parts = [v.value if isinstance(v, ast.Constant) else "{}" for v in values]
                yield node.lineno, "".join(map(str, parts))
            case ast.BinOp(op=ast.Add()):
                pieces = [p for p in ast.walk(node) if isinstance(p, ast.Constant | ast.JoinedStr)]
                inner |= {id(piece) for piece in pieces}
                for joined in [p for p in pieces if isinstance(p, ast.JoinedStr)]:
                    inner |= {id(value) for value in joined.values}
                yield node.lineno, ast.unparse(node)
            case ast.Constant(value=str(text)):
                yield node.lineno, text


def unnamed(text: str, tables: set[str]) -> str | None:
    """Why the statement does not pass, or None. It must say org_id as often as it names tables."""
    words = " ".join(text.split())
    touched = re.findall(_TOUCHED.format(tables="|".join(sorted(tables))), words, re.IGNORECASE)
    if not touched or any(words.startswith(known) for known in WITHOUT_AN_ORGANISATION):
        return None
    named = len(re.findall(r"\borg_id\b", words))
    if named >= len(touched):
        return None
    return f"names {', '.join(touched)} but org_id {named} times: {words[:90]}"


def test_every_statement_names_the_organisation_for_each_table() -> None:
    tables = tenant_tables()
    found = []
    for path, module in sources("domain", "schema", "api"):
        for line, text in texts(module):
            problem = unnamed(text, tables)
            if problem:
                found.append(f"{path}:{line} {problem}")

    assert len(tables) >= 20
    assert found == []


def test_the_lint_finds_what_it_is_for() -> None:
    tables = {"goal", "person"}

    assert unnamed("select 1 from goal where id = $1", tables)
    assert unnamed("select 1 from goal join person on true where goal.org_id = $1", tables)
    assert unnamed("update goal set name = $1", tables)
    assert not unnamed("select 1 from goal where org_id = $1", tables)
    assert not unnamed("a word from personal experience", tables)


def test_models_live_in_files_that_the_orm_is_told_about() -> None:
    from domain.database.connection import MODELS

    told = {Path(*name.split(".")).with_suffix(".py") for name in MODELS}
    having = {
        path
        for path, module in sources("domain")
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in {"Row", "Model"} for base in node.bases)
        and path.name != "rows.py"
    }

    assert having == told


# Who looks at everybody's words, each with its reason. Nothing of it is in a request's road.
SEES_ALL_WORDS = {
    "domain/retention/removing.py": "what is kept for long enough is removed, whoever reads it",
    "api/example/coaching.py": "the made-up season of the example company, before anybody signs in to it",
    "domain/access_requests/answering.py": "what is written about somebody, for them alone, as the law demands",
    "domain/feedback/delivering.py": "a round gives words on once enough people have given some",
    "domain/feedback/reminding.py": "a round reminds those who have not replied, which only they know",
    "schema/audience.py": "one look says who of all that subscribe may have to look; it tells nothing",
    "domain/tasks/reminding.py": "the round that reminds people of tasks of their own",
    "domain/one_to_ones/carrying.py": "the round that takes along what somebody keeps to themselves",
}


def test_nothing_looks_at_everybodys_words_unless_it_is_named_here() -> None:
    said = {
        str(path.relative_to(ROOT))
        for folder in ("api", "auth", "domain", "schema")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(
            r"sees_all_words=True|words_of=\"all\"|sees_words_of', 'all'", path.read_text()
        )
    }

    assert said == set(SEES_ALL_WORDS)


def test_what_acts_are_recorded_of_can_be_shown_from_the_history() -> None:
    """Of each kind that has a type, unless its rows name who reads them."""
    said = re.compile(r"\brecord(?:_each)?\(\s*\w+,\s*(?:\"[a-z_.]+\"|\w+),\s*\"([a-z_]+)\"")
    recorded = {
        kind for path in (ROOT / "domain").rglob("*.py") for kind in said.findall(path.read_text())
    }
    shown = {
        stored.kind
        for stored in STORED.values()
        if stored.kind and stored.field_class is not FieldClass.NOTE
    }

    assert recorded & shown == SUBJECTS
