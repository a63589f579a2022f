#!/usr/bin/env bash
# Runs the benchmark rows and prints one table (or, with --json, the rows). Peers are set up under build/bench.
# usage: bench/run.sh [--json] [--only ID] [--list] [--quick] [--runs N]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

json=0 only="" list=0 people=1000000 runs=5
while [ $# -gt 0 ]; do
  case "$1" in
    --json) json=1 ;;
    --only) only=$2; shift ;;
    --list) list=1 ;;
    --quick) people=100000 runs=3 ;;
    --runs) runs=$2; shift ;;
    *) echo "bench: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done

readonly build=build/release work=$PWD/build/bench
mkdir -p "$work"
say() { [ "$json" = 1 ] || printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

if [ "$list" = 1 ]; then
  "$build/bench/bench_data" --list
  node bench/http/run.mjs x x x x x --list
  node bench/language/run.mjs x x x --list
  node bench/pages/run.mjs x x x x --list
  exit 0
fi

# A PostgreSQL cluster of our own, on a socket in build/bench. PostgreSQL refuses to run as root.
postgres_home=/tmp/qodly-bench-postgres
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
start_postgres() {
  local bin
  bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/postgres | tail -n 1)") || return 1
  if [ ! -d "$postgres_home/data" ]; then
    say "Making a PostgreSQL cluster"
    mkdir -p "$postgres_home"
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_home"
    as_postgres "$bin/initdb" -D "$postgres_home/data" -A trust -U bench --locale=C.UTF-8 >/dev/null
    as_postgres tee -a "$postgres_home/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$postgres_home'
shared_buffers = 1GB
work_mem = 256MB
max_connections = 200
synchronous_commit = on
CONF
  fi
  as_postgres "$bin/pg_ctl" -D "$postgres_home/data" -l "$postgres_home/log" -w start >/dev/null
  trap 'as_postgres '"$bin"'/pg_ctl -D '"$postgres_home"'/data -m fast stop >/dev/null 2>&1 || true' EXIT
}

start_node_peer() {
  [ -d "$work/node_modules/better-sqlite3/build/Release" ] && return 0
  say "Installing Fastify and better-sqlite3"
  echo '{"private":true}' >"$work/package.json"
  local node_headers
  node_headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  npm_config_nodedir=$node_headers npm install --prefix "$work" --no-audit --no-fund --loglevel=error fastify better-sqlite3 >&2
}

rows=$work/rows.ndjson
: >"$rows"
if "$build/bench/bench_data" --list | grep -qx "${only:-load.million}"; then
  say "Storage and queries (in process, $people rows)"
  start_postgres
  "$build/bench/bench_data" --people "$people" --runs "$runs" ${only:+--only "$only"} --folder "$work/data" \
    --postgres "host=$postgres_home user=bench dbname=postgres" | tee -a "$rows" >/dev/null
fi
if [ -z "$only" ] || node bench/http/run.mjs x x x x x --list | grep -qx "$only"; then
  say "HTTP, start-up and memory"
  start_node_peer
  examples/atlas/load.sh "$build/qodly" >&2
  node bench/http/run.mjs "$build/qodly" "$build/bench/bare_beast" examples/atlas build/atlas/rows/City.ndjson "$work" \
    --runs "$runs" ${only:+--only "$only"} | tee -a "$rows" >/dev/null
fi
if [ -z "$only" ] || node bench/language/run.mjs x x x --list | grep -qx "$only"; then
  say "Language"
  node bench/language/run.mjs "$build/qodly" "$build/bench/http_constant" "$work" --runs "$runs" ${only:+--only "$only"} | tee -a "$rows" >/dev/null
fi
if [ -z "$only" ] || node bench/pages/run.mjs x x x x --list | grep -qx "$only"; then
  say "Pages"
  start_node_peer
  examples/atlas/load.sh "$build/qodly" >&2
  node bench/pages/run.mjs "$build/qodly" examples/atlas build/atlas/rows/City.ndjson "$work" --runs "$runs" ${only:+--only "$only"} | tee -a "$rows" >/dev/null
fi
if [ "$json" = 1 ]; then cat "$rows"; else node bench/table.mjs "$rows"; fi
