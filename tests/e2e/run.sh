#!/usr/bin/env bash
# The end-to-end tests: the built executable used as a person uses it.
# usage: run.sh QODLY
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
QODLY=$(readlink -f "$OLDPWD/$1" 2>/dev/null || readlink -f "$1")
export QODLY
../../examples/atlas/load.sh "$QODLY"
exec node --test ./*.test.mjs
