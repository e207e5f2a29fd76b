"""What the house promises about itself, read from its own text."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("api", "schema", "domain", "auth", "migrations")

# What no rule may know: the ORM, the database, the clock, chance, the settings.
FORBIDDEN_IN_RULES = {"tortoise", "asyncpg", "time", "random", "secrets", "os", "api", "schema"}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}

LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
)


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module below these folders, parsed."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_no_dependency_brings_a_package_of_our_names() -> None:
    brought = packages_distributions()

    assert {name: brought[name] for name in OURS if name in brought} == {}


def test_imports_point_inwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_rules_know_no_database_and_no_clock() -> None:
    found = []
    for path, module in sources("domain", "auth"):
        if path.name != "rules.py":
            continue
        for node in ast.walk(module):
            match node:
                case ast.Import(names=names):
                    imported = [alias.name for alias in names]
                case ast.ImportFrom(module=str(name)):
                    imported = [name]
                case ast.Attribute(attr=attribute) if attribute in CLOCKS:
                    found.append(f"{path}:{node.lineno} asks the clock: {attribute}")
                    continue
                case _:
                    continue
            found += [
                f"{path}:{node.lineno} imports {name}"
                for name in imported
                if name.partition(".")[0] in FORBIDDEN_IN_RULES
            ]

    assert any(path.name == "rules.py" for path, _ in sources("domain"))
    assert found == []


# Where tasks may begin in the domain: outside every transaction.
BEGINS_TASKS = {
    "domain/jobs/at_once.py",
    "domain/jobs/worker.py",
    "domain/history/listening.py",
    "schema/audience.py",
}
STARTING = {"create_task", "ensure_future", "gather", "TaskGroup"}


def test_no_task_begins_where_a_transaction_may_be_open() -> None:
    """It would inherit the transaction's connection, and use it after the transaction has ended."""
    found = [
        f"{path}:{node.lineno} {node.attr}"
        for path, module in sources("domain", "schema")
        if str(path) not in BEGINS_TASKS
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in STARTING
    ]

    assert found == []


def test_nobody_is_the_system_over_the_network() -> None:
    """Only commands on the server make such an actor, the companies that two of them found, and the
    worker on its rounds."""
    found = {
        str(path)
        for path, module in sources("api", "schema", "domain")
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("Actor.system", "Assurance.SYSTEM")
    }

    assert found == {
        "api/cli/company.py",
        "api/cli/organisations.py",
        "api/example/__init__.py",
        "api/generated/__init__.py",
        "domain/installation.py",
    }


# Files whose floats measure time or size, never an amount.
FLOATS_OF_TIME = {
    "domain/acts.py": "waits before another try",
    "domain/database/limits.py": "seconds that a caller waits",
    "domain/database/connection.py": "seconds that a caller waits",
    "domain/database/patience.py": "seconds that a caller waits",
    "domain/history/listening.py": "waits before connecting again",
}


def test_no_amount_is_ever_a_float() -> None:
    found = []
    for path, module in sources("domain"):
        if str(path) in FLOATS_OF_TIME or path.parts[1] == "jobs":
            continue
        for node in ast.walk(module):
            match node:
                case ast.Constant(value=float(value)):
                    found.append(f"{path}:{node.lineno} {value}")
                case ast.Call(func=ast.Name(id="float")):
                    found.append(f"{path}:{node.lineno} float(...)")
                case (
                    ast.AnnAssign(annotation=ast.Name(id="float"))
                    | ast.arg(annotation=ast.Name(id="float"))
                ):
                    found.append(f"{path}:{node.lineno} : float")

    assert found == []


@pytest.mark.parametrize("setting", ["cascade", "set null", "set default"])
def test_no_migration_lets_a_reference_remove_or_change_rows(setting: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "migrations").glob("*.py")
        if f"on delete {setting}" in path.read_text().lower()
    ]

    assert found == []
