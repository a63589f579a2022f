#!/usr/bin/env bash
# Third-party scanners of the distribution against a running Atlas, without and with TLS. What they report lands in
# build/scan; docs/security.md says what it means.
# usage: scan.sh QODLY
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
qodly=$(readlink -f "${1:-build/release/qodly}")
readonly out=$PWD/build/scan plain=18690 secure=18691
mkdir -p "$out"
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# A project of its own over the data of Atlas, with a certificate made at the start.
project=$(mktemp -d)
examples/atlas/load.sh "$qodly"
cp -a examples/atlas/Project examples/atlas/Data "$project/"
mkdir -p "$project/Data/instance"
echo '{"http": {"HTTPSEnabled": true, "HSTSEnabled": true}}' >"$project/Data/instance/env.json"
"$qodly" serve "$project" --port "$plain" --https-port "$secure" >"$out/server.txt" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$project"' EXIT
until curl -sf -o /dev/null "http://127.0.0.1:$plain/healthz"; do sleep 0.1; done

# The server must be there, and answer, after each of them.
scan() {
  local name=$1
  shift
  say "$name"
  printf '$ %s\n' "$*" >"$out/$name.txt"
  timeout 1200 "$@" >>"$out/$name.txt" 2>&1 || true
  curl -sf -o /dev/null "http://127.0.0.1:$plain/healthz" || { echo "the server does not answer after $name" >&2; exit 1; }
  curl -skf -o /dev/null "https://127.0.0.1:$secure/healthz" || { echo "the server does not answer after $name" >&2; exit 1; }
}

# '+' runs the scripts of HTTP although nmap does not know the server by its answers.
scan nmap-ssl nmap -Pn -sV -p "$secure" --script 'ssl-*' 127.0.0.1
scan nmap-http nmap -Pn -p "$plain,$secure" --script-timeout 90s \
  --script '+http-* and not (brute or dos or external or broadcast or http-slowloris*)' 127.0.0.1
scan nmap-slowloris nmap -Pn -p "$plain" --script '+http-slowloris-check' 127.0.0.1
scan testssl testssl --quiet --color 0 --warnings off --nodns min "https://127.0.0.1:$secure"
scan wapiti wapiti -u "http://127.0.0.1:$plain/\$lib/renderer/" --scope domain -m all --flush-session --max-scan-time 10 -f txt -o "$out/wapiti-report.txt"
for kind in H B X R; do
  scan "slowhttptest-$kind" slowhttptest "-$kind" -c 1000 -r 200 -i 10 -x 24 -p 3 -l 60 -u "http://127.0.0.1:$plain/"
done
scan h2load h2load -n 20000 -c 20 -m 50 "https://127.0.0.1:$secure/healthz"
say "The reports are in $out"
