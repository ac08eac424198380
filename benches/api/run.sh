#!/usr/bin/env bash
# Lists of 20, one session, new sessions, drafts with another content, and transfers over HTTP, with row-level security in
# force: lodger serve beside pgbench with the same statements, beside FastAPI where PEER_PYTHON names a Python that has fastapi,
# uvicorn, asyncpg and pyjwt, and beside postrust where PEER_POSTRUST or the PATH has it. On a machine that does nothing else:
#   cargo build --release && benches/api/run.sh
# SESSIONS and USERS say how many there are (100,000 and 1,000; up to 64 of them ask); SECONDS_EACH and ROUNDS how long and
# how often (5 s, three times).
set -euo pipefail
source "$(dirname "$0")/setup.sh"
source "$here/transfers.sh"
find_peers
start_database
start_servers

echo "| operation | round | pgbench | lodger serve | FastAPI, 2 workers | postrust |"
echo "| --- | --- | --- | --- | --- | --- |"
for operation in ${OPERATIONS:-list get create draft}; do
  load "$operation" store 17901 >/dev/null
  for round in $(seq "${ROUNDS:-3}"); do
    python=- rust=-
    bare=$(bare "$operation")
    own=$(load "$operation" store 17901)
    if [ -n "$PEER_PYTHON" ]; then python=$(load "$operation" store 17902); fi
    # it may not write a draft again: users may not write its session's id, which it would
    if [ -n "$PEER_POSTRUST" ] && [ "$operation" != draft ]; then rust=$(load "$operation" postgrest 17903); fi
    echo "| $operation | $round | $bare | $own | $python | $rust |"
  done
done
echo
for place in "${!pids[@]}"; do
  echo "${names[$place]} used $(memory "${pids[$place]}") of memory at most."
done
echo
transfers
