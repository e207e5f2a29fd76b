#!/bin/sh
# The audits of graphql-http against our endpoint. Usage: tests/audits/run.sh [python]
# Skipped where there is no Node; tests/api/endpoint covers the same behaviour without it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${1:-"$root/.venv/bin/python"}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Skipped: the audits need Node and npm."
    exit 0
fi

cd "$here"
[ -d node_modules/graphql-http ] || npm ci --no-audit --no-fund --loglevel=error

cd "$root"
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$python" -m granian --interface asgi --host 127.0.0.1 --port "$port" --no-ws --log-level warning \
    tests.audits.server:app &
server=$!
trap 'kill "$server"; wait "$server" || true' EXIT

for _ in $(seq 100); do
    if "$python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health')" 2>/dev/null; then
        break
    fi
    sleep 0.1
done
node "$here/audit.mjs" "http://127.0.0.1:$port/graphql" app
