#!/bin/sh
# Other people's GraphQL clients against a running Attain. Usage: tests/clients/run.sh [python]
# In development, where people may send any document, and in production. Skipped without Node.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${1:-"$root/.venv/bin/python"}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Skipped: the clients need Node and npm."
    exit 0
fi

cd "$here"
if ! [ -d node_modules/@apollo/client ] && ! npm ci --no-audit --no-fund --loglevel=error; then
    echo "Skipped: npm could not install the clients."
    exit 0
fi

cd "$root"
exec "$python" -m tests.clients.served development,production \
    node --test --test-timeout=20000 --test-reporter="${REPORTER:-spec}" tests/clients
