# Sourced by run.sh: how long one transfer takes, from the request to its answer, by how much there is to move.

# The most memory that a process and its children have used.
memory() {
  local pid sum=0
  for pid in "$1" $(cat "/proc/$1/task/$1/children"); do
    sum=$((sum + $(awk '/VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null || echo 0)))
  done
  echo "$((sum / 1024)) MB"
}

# Seconds for one: port, sessions. The guest is a new one each time.
transfer() {
  local guest receiver body answer
  guest=$(cat /proc/sys/kernel/random/uuid)
  psql -Xq -v ON_ERROR_STOP=1 -v guest="$guest" -v sessions="$2" -f "$here/sql/guest.sql"
  receiver=$(head -1 "$ASKERS" | cut -d' ' -f1)
  body="{\"source_token\":\"$(token "$guest" true)\"}"
  answer=$(curl -s -o "$folder/answer" -w '%{http_code} %{time_total}' -X POST "http://127.0.0.1:$1/v1/transfers" \
    -H "Authorization: Bearer $receiver" -H 'Content-Type: application/json' -d "$body")
  case $answer in
    201\ *) echo "${answer#* }" ;;
    *) echo "a transfer failed: $answer $(cat "$folder/answer")" >&2; return 1 ;;
  esac
}

# The median of five, in milliseconds.
transfer_median() {
  local times=() try
  for try in 1 2 3 4 5; do times+=("$(transfer "$1" "$2")"); done
  printf '%s\n' "${times[@]}" | sort -g | awk 'NR == 3 {printf "%.1f ms\n", $1 * 1000}'
}

transfers() {
  local size python
  echo "| sessions, a draft in each | lodger serve | FastAPI |"
  echo "| --- | --- | --- |"
  for size in ${TRANSFERS:-10 100 1000 10000}; do
    python=-
    if [ -n "$PEER_PYTHON" ]; then python=$(transfer_median 17902 "$size"); fi
    echo "| $size | $(transfer_median 17901 "$size") | $python |"
  done
}
