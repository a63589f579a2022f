#!/usr/bin/env bash
# The end-to-end tests: the built executable used as a person uses it.
# usage: run.sh QODLY [FILE...]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
QODLY=$(readlink -f "$OLDPWD/$1" 2>/dev/null || readlink -f "$1")
export QODLY
shift
../../examples/atlas/load.sh "$QODLY"
# Clients of other people and validators; without a registry the tests that need them say so.
if [ ! -e node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
  if npm ci --no-audit --no-fund --ignore-scripts --loglevel=error; then
    touch node_modules/.installed
  else
    echo "*** The npm packages of tests/e2e cannot be installed: the tests with other people's clients are left out" >&2
  fi
fi
# One file after the other: several use the data of Atlas, and browsers side by side starve a small machine.
[ $# -gt 0 ] || set -- ./*.test.mjs
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=()
for file in "$@"; do
  timeout 1800 node --test --test-reporter=spec "$file" 2>&1 | tee "$log" && continue
  failed+=("$file: $(sed -n '/failing tests:/,$p' "$log" | sed -nE 's/^ *✖ (.*) \([0-9.]+ms\)$/\1/p' | sed '/^failing tests/d' | paste -sd ';')")
done
[ ${#failed[@]} -eq 0 ] && exit 0
printf '\nFailed end-to-end tests:\n'
printf '  %s\n' "${failed[@]}"
exit 1
