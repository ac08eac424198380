# Sourced by the scripts beside it: a PostgreSQL of our own with the store in it, those who ask, and the servers.
# Nothing of it outlives the script. Linux, because memory is read from /proc.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lodger=${LODGER:-$here/../../target/release/lodger}
seconds=${SECONDS_EACH:-5}
users=${USERS:-1000}
sessions=${SESSIONS:-100000}
askers=$((users < 64 ? users : 64))
each=$((sessions / users))
export SUPABASE_JWT_SECRET=0123456789abcdef0123456789abcdef
pids=()
names=()

for program in psql pgbench wrk openssl curl; do
  command -v "$program" >/dev/null || { echo "$program is needed and not installed: apt-get install postgresql postgresql-contrib wrk openssl curl" >&2; exit 1; }
done
[ -x "$lodger" ] || { echo "there is no $lodger: cargo build --release" >&2; exit 1; }
[ "$each" -ge 2 ] || { echo "each user needs two sessions: SESSIONS is too small for USERS" >&2; exit 1; }
initdb=$(command -v initdb || find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -1)
[ -n "$initdb" ] || { echo "initdb is needed and not installed: apt-get install postgresql" >&2; exit 1; }
servers=$(dirname "$initdb")
folder=$(mktemp -d)

as_server() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else bash -c "$1"; fi; }
stop_servers() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  pids=() names=()
}
finish() {
  stop_servers
  as_server "$servers/pg_ctl -D $folder/data stop -m immediate" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT

start_database() {
  if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
  as_server "$initdb -D $folder/data -A trust -U supabase_admin" >/dev/null
  as_server "$servers/pg_ctl -D $folder/data -w -l $folder/postgres.log -o '-k $folder -p 5498 -c listen_addresses= -c fsync=off' start" >/dev/null
  export PGHOST=$folder PGPORT=5498 PGUSER=supabase_admin PGDATABASE=postgres
  local parts=() part
  for part in roles schemas auth storage realtime vault; do
    parts+=(-f "$here/../../crates/database/src/base/$part.sql")
  done
  psql -Xq1 -v ON_ERROR_STOP=1 "${parts[@]}" 2>/dev/null
  export DATABASE_URL="postgres://supabase_admin@${folder//\//%2F}:5498/postgres"
  "$lodger" apply --quiet --project research --schema research --migrations "$here/../../migrations" >/dev/null
  psql -Xq -v ON_ERROR_STOP=1 -v users="$users" -v sessions="$sessions" -f "$here/sql/rows.sql"
  export ASKERS=$folder/askers
  local number id owned
  psql -XAt -F ' ' -v askers="$askers" -f "$here/sql/askers.sql" | while read -r number id owned; do
    echo "$(token "$id" false) $id $owned"
  done >"$ASKERS"
}

part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
token() { # the token of a user: their id, and whether they are anonymous
  local head body sign
  head=$(printf '{"alg":"HS256","typ":"JWT"}' | part)
  body=$(printf '{"sub":"%s","aud":"authenticated","role":"authenticated","is_anonymous":%s,"exp":%d}' "$1" "$2" $(($(date +%s) + 36000)) | part)
  sign=$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -hmac "$SUPABASE_JWT_SECRET" -binary | part)
  echo "$head.$body.$sign"
}

answers() { # waits for the server at a port
  local try
  for try in $(seq 100); do
    curl -so /dev/null "http://127.0.0.1:$1/" && return
    sleep 0.1
  done
  echo "the server at port $1 does not answer" >&2
  exit 1
}

start_servers() { # every one that is there; each has eight connections to the database
  "$lodger" serve --schema research --listen 127.0.0.1:17901 --connections 8 --requests-per-minute 4000000000 >/dev/null &
  pids+=($!) names+=("lodger serve")
  answers 17901
  if [ -n "${PEER_PYTHON:-}" ]; then
    (cd "$here" && PYTHONDONTWRITEBYTECODE=1 exec "$PEER_PYTHON" -m uvicorn peer:app --port 17902 --workers 2 --log-level error) &
    pids+=($!) names+=("FastAPI")
    answers 17902
  fi
  if [ -n "${PEER_POSTRUST:-}" ]; then
    PGRST_DB_SCHEMAS=research PGRST_DB_ANON_ROLE=anon PGRST_JWT_SECRET=$SUPABASE_JWT_SECRET PGRST_JWT_AUD=authenticated \
      PGRST_DB_POOL=8 PGRST_SERVER_HOST=127.0.0.1 PGRST_SERVER_PORT=17903 PGRST_LOG_LEVEL=error "$PEER_POSTRUST" >"$folder/postrust.log" 2>&1 &
    pids+=($!) names+=("postrust")
    answers 17903
  fi
}

find_peers() { # says who is left out
  PEER_POSTRUST=${PEER_POSTRUST:-$(command -v postrust || true)}
  if [ -z "${PEER_PYTHON:-}" ] || ! "$PEER_PYTHON" -c 'import fastapi, uvicorn, asyncpg, jwt' 2>/dev/null; then
    echo "FastAPI is left out, as it is not installed: python3 -m venv V && V/bin/pip install fastapi 'uvicorn[standard]' asyncpg pyjwt; PEER_PYTHON=V/bin/python says where it is."
    PEER_PYTHON=
  fi
  if [ -z "$PEER_POSTRUST" ]; then
    echo "postrust is left out, as it is not installed: cargo install postrust-server; PEER_POSTRUST may say where it is."
  fi
  echo
}

load() { # requests per second: operation, peer, port
  local line
  line=$(OPERATION=$1 PEER=$2 wrk -t2 -c16 -d"${seconds}s" -s "$here/load.lua" "http://127.0.0.1:$3" | grep '^measured')
  read -r _ rate failed slow <<<"$line"
  if [ "$failed" != 0 ]; then echo "$rate/s, $failed failed"; else echo "$rate/s, 99 % in $slow ms"; fi
}

bare() { # transactions per second of pgbench: operation
  pgbench -n -M prepared -c 8 -j 2 -T "$seconds" -D askers="$askers" -D users="$users" -D each="$each" -f "$here/sql/$1.sql" 2>&1 |
    awk '/^tps/ {printf "%.0f/s\n", $3} /ERROR|error:/ {print; exit}'
}
