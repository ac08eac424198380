#!/usr/bin/env bash
# What lodger serve answers per second by how many sessions there are, over two orders of magnitude:
#   cargo build --release && benches/api/scale.sh
# SIZES says how many (10,000, 100,000 and 1,000,000; each user has a hundred); SECONDS_EACH how long each lasts (5 s).
set -euo pipefail
operations=${OPERATIONS:-list get create draft}
if [ -n "${SCALE_SIZE:-}" ]; then
  # one size, in a process of its own, whose end takes the database away
  export SESSIONS=$SCALE_SIZE USERS=$((SCALE_SIZE / 100))
  source "$(dirname "$0")/setup.sh"
  PEER_PYTHON='' PEER_POSTRUST=''
  start_database
  start_servers
  row="| $SCALE_SIZE |"
  for operation in $operations; do
    load "$operation" store 17901 >/dev/null
    row+=" $(load "$operation" store 17901) |"
  done
  echo "$row $(psql -XAtc "select pg_size_pretty(pg_database_size('postgres'))") |"
  exit
fi
echo "| sessions | ${operations// / | } | database |"
echo "| ---$(for _ in $operations; do printf ' | ---'; done) | --- |"
for size in ${SIZES:-10000 100000 1000000}; do
  SCALE_SIZE=$size bash "$0"
done
