"""Runs schemathesis as a rep, a manager and a partner app, each with a token of its own.

python -m tests.fuzzing.fuzz PROGRAM EXAMPLES, within `tests.clients.served`. Exits with 1 where
schemathesis found something.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from tests.scenarios.server import ROOT

CALLERS = ("rep", "manager", "partner")
THINGS = """{
  goals(first: 30) { nodes { id owner { id } territory { id } checkIns(first: 2) { nodes { id } } } }
  people(first: 20) { nodes { id } } positions(first: 10) { nodes { id } }
  accounts(first: 5) { nodes { id } } products(first: 5) { nodes { id } }
  sales(first: 10) { nodes { id } }
}"""


def main() -> int:
    program, examples = sys.argv[1:]
    address = os.environ["ATTAIN_ADDRESS"]
    sign_ins = json.loads(Path(os.environ["ATTAIN_SIGN_INS"]).read_text())
    found = 0
    with httpx2.Client(base_url=address) as http, TemporaryDirectory() as folder:
        ids = json.dumps(_ids(http, _token(http, sign_ins, "executive")))
        for who in CALLERS:
            print(f"\nAs {who}:", flush=True)  # noqa: T201
            tally = Path(folder) / who
            environment = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks",
                "ATTAIN_IDS": ids,
                "ATTAIN_TALLY": str(tally),
            }
            command = [
                *(program, "run", f"{address}/graphql", "--max-examples", examples),
                *("--header", f"Authorization: Bearer {_token(http, sign_ins, who)}"),
                *("--checks", "answers_as_promised", "--mode", "all"),
                *("--continue-on-failure", "--generation-database", "none", "--warnings", "off"),
            ]
            found += subprocess.run(command, env=environment, cwd=folder).returncode
            print(tally.read_text() if tally.exists() else "Nothing was answered.")  # noqa: T201
    return 1 if found else 0


def _token(http: httpx2.Client, sign_ins: dict[str, Any], who: str) -> str:
    """Good for ten minutes."""
    if who == "partner":
        app = sign_ins["partner"]
        credentials = (app["clientId"], app["clientSecret"])
        granted = http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials
        )
        return str(granted.raise_for_status().json()["access_token"])
    [person] = [person for person in sign_ins["people"] if person["role"] == who]
    sent = {name: person[name] for name in ("organisation", "email", "password")}
    return str(http.post("/auth/sign-in", json=sent).raise_for_status().json()["accessToken"])


def _ids(http: httpx2.Client, token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    reply = http.post("/graphql", json={"query": THINGS}, headers=headers)
    return sorted(set(re.findall(r'"id":"(.*?)"', reply.text)))


if __name__ == "__main__":
    sys.exit(main())
