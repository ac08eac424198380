#!/usr/bin/env bash
# Lists of 20 of 100,000 sessions, with row-level security in force: lodger serve beside pgbench with the same statements
# and, where PEER_PYTHON names a Python that has fastapi, uvicorn, asyncpg and pyjwt, beside FastAPI.
# Needs a PostgreSQL server's programs, wrk and openssl; run it on a machine that does nothing else:
#   cargo build --release && benches/api/run.sh
# SESSIONS and USERS say how many there are (100,000 and 1,000; the one who asks is number 7).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lodger=${LODGER:-$here/../../target/release/lodger}
seconds=${SECONDS_EACH:-10}
servers=$(dirname "$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | tail -1)")
folder=$(mktemp -d)
export SUPABASE_JWT_SECRET=0123456789abcdef0123456789abcdef
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  as_server "$servers/pg_ctl -D $folder/data stop -m immediate" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
as_server() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else bash -c "$1"; fi; }

if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
as_server "$servers/initdb -D $folder/data -A trust -U supabase_admin" >/dev/null
as_server "$servers/pg_ctl -D $folder/data -w -o '-k $folder -p 5498 -c listen_addresses= -c fsync=off' start" >/dev/null
export PGHOST=$folder PGPORT=5498 PGUSER=supabase_admin PGDATABASE=postgres
parts=()
for part in roles schemas auth storage realtime vault; do
  parts+=(-f "$here/../../crates/database/src/base/$part.sql")
done
psql -Xq1 -v ON_ERROR_STOP=1 "${parts[@]}" 2>/dev/null
export DATABASE_URL="postgres://supabase_admin@${folder//\//%2F}:5498/postgres"
"$lodger" apply --quiet --project research --schema research --migrations "$here/../../migrations" >/dev/null
psql -Xq -v ON_ERROR_STOP=1 -v users="${USERS:-1000}" -v sessions="${SESSIONS:-100000}" -f "$here/rows.sql"

part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
user=$(psql -XAtc "select md5('user 7')::uuid")
head=$(printf '{"alg":"HS256","typ":"JWT"}' | part)
body=$(printf '{"sub":"%s","aud":"authenticated","role":"authenticated","exp":%d}' "$user" $(($(date +%s) + 36000)) | part)
sign=$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -hmac "$SUPABASE_JWT_SECRET" -binary | part)
token=$head.$body.$sign

"$lodger" serve --schema research --listen 127.0.0.1:17901 --connections 8 --requests-per-minute 4000000000 >/dev/null &
pids+=($!); server=$!
if [ -n "${PEER_PYTHON:-}" ]; then
  (cd "$here" && exec "$PEER_PYTHON" -m uvicorn peer:app --port 17902 --workers 2 --log-level error) &
  pids+=($!)
fi
sleep 4
load() { wrk -t2 -c16 -d"${seconds}s" --latency -H "Authorization: Bearer $token" "http://127.0.0.1:$1/v1/sessions?limit=20"; }
load 17901 >/dev/null
rate() { grep -E 'Requests/sec|99%|Non-2xx' | tr -s ' ' | tr '\n' ' '; }
for round in 1 2 3; do
  echo "round $round"
  echo "  pgbench  $(pgbench -n -M prepared -c 8 -j 2 -T "$seconds" -f "$here/list.sql" 2>&1 | grep -E "^tps|ERROR|error" || true)"
  echo "  lodger   $(load 17901 | rate)"
  if [ -n "${PEER_PYTHON:-}" ]; then echo "  fastapi  $(load 17902 | rate)"; fi
done
echo "memory of lodger serve: $(awk '/VmRSS/ {print $2, $3}' "/proc/$server/status"), at most $(awk '/VmHWM/ {print $2, $3}' "/proc/$server/status")"
