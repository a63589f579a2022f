#!/usr/bin/env bash
# The end-to-end tests: the built executable used as a person uses it.
# usage: run.sh QODLY
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
QODLY=$(readlink -f "$OLDPWD/$1" 2>/dev/null || readlink -f "$1")
export QODLY
../../examples/atlas/load.sh "$QODLY"
# Clients of other people and validators; without a registry the tests that need them say so.
if [ ! -e node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
  if npm ci --no-audit --no-fund --ignore-scripts --loglevel=error; then
    touch node_modules/.installed
  else
    echo "*** The npm packages of tests/e2e cannot be installed: the tests with other people's clients are left out" >&2
  fi
fi
exec node --test ./*.test.mjs
