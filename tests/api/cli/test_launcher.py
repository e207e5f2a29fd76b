"""The launcher `./attain`, in a small checkout of its own with empty lock files (no network)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMAND = "import json, sys; print(json.dumps([sys.prefix, sys.argv[1:]]))\n"
MAKING = "Making Attain's Python environment"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    (folder / "api" / "cli").mkdir(parents=True)
    (folder / "api" / "__init__.py").touch()
    (folder / "api" / "cli" / "__init__.py").touch()
    (folder / "api" / "cli" / "__main__.py").write_text(COMMAND)
    (folder / "requirements.lock").write_text("# nothing to install\n")
    (folder / "requirements-dev.lock").write_text("# nothing to install\n")
    shutil.copy(ROOT / "attain", folder / "attain")
    return folder


def start(checkout: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, checkout / "attain", *arguments],
        cwd="/",
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_USER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[object, str]:
    """What the command printed, and what the launcher said."""
    printed, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return json.loads(printed), said


def test_a_half_made_environment_is_healed_once_by_two_starts_and_a_new_lock_only_installed(
    checkout: Path,
) -> None:
    environment = checkout / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(checkout / "gone")

    racers = [start(checkout, "serve", "--port", "1"), start(checkout, "serve", "--port", "1")]
    (first, said_first), (second, said_second) = [finish(racer) for racer in racers]
    _, said_warm = finish(start(checkout, "--help"))
    (checkout / "requirements.lock").write_text("# another version\n")
    _, said_changed = finish(start(checkout, "--help"))

    assert first == second == [str(environment), ["serve", "--port", "1"]]
    assert sorted([said_first.count(MAKING), said_second.count(MAKING)]) == [0, 1]
    assert said_warm == ""
    assert MAKING not in said_changed
    assert "The environment is ready" in said_changed


def test_a_python_that_is_too_old_is_told_what_to_do(tmp_path: Path) -> None:
    script = (ROOT / "attain").read_text().replace("OLDEST = (3, 11)", "OLDEST = (4, 0)")
    (tmp_path / "attain").write_text(script)

    done = subprocess.run(
        [sys.executable, tmp_path / "attain", "demo"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Attain needs Python 4.0 or newer; this is Python 3.")
