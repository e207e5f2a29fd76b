"""`attain test` gives the suite's processes an environment in which nothing is compiled twice."""

import sys
from pathlib import Path

from api.cli.test import keeping_bytecode

BYTECODE = str(Path(sys.prefix) / "bytecode")


def test_python_keeps_what_it_compiled_away_from_sources_that_are_to_stay_clean() -> None:
    assert keeping_bytecode({"A": "1"}) == {"A": "1"}
    assert keeping_bytecode({"PYTHONDONTWRITEBYTECODE": "1"}) == {"PYTHONPYCACHEPREFIX": BYTECODE}
    chosen = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/var/cache/python"}
    assert keeping_bytecode(chosen) == {"PYTHONPYCACHEPREFIX": "/var/cache/python"}
