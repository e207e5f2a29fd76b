#!/bin/sh
# schemathesis over the whole schema of a running Attain. Usage: tests/fuzzing/run.sh [examples]
# Not part of .ci/run: it takes minutes, and installs schemathesis into an environment of its own,
# tests/fuzzing/.venv, since it needs another graphql-core than Attain.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ ! -x "$here/.venv/bin/schemathesis" ]; then
    "$root/.venv/bin/python" -m venv "$here/.venv"
    "$here/.venv/bin/pip" install --quiet "schemathesis==4.32.5"
fi
cd "$root"
exec .venv/bin/python -m tests.clients.served development \
    .venv/bin/python -m tests.fuzzing.fuzz "$here/.venv/bin/schemathesis" "${1:-50}"
