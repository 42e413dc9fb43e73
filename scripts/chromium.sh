#!/usr/bin/env bash
# Prints the path of a Chromium or Chrome that starts, for the tests that look at Home Assistant's real front end.
#
# Takes one that is there; on Debian and its kin installs the distribution's package where it may (as root or by sudo).
# Called by scripts/browser.py. Everything but the path goes to standard error.
set -euo pipefail

say() { echo "chromium: $*" >&2; }

look() {
  local name path
  for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome google-chrome-stable; do
    path=$(command -v "$name" || true)
    if [ -n "$path" ] && "$path" --version >/dev/null 2>&1; then
      echo "$path"
      exit 0
    fi
  done
}

look
if command -v apt-get >/dev/null; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo --non-interactive)
  say "installing the distribution's package"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1; then
    look
  fi
  # Host names stay out of our output.
  sed -E 's#//[^/ ]+#//…#g' "$log" | tail -n 5 >&2
fi
say "none found, and none could be installed. Install Chromium, or name one in the variable CHROMIUM."
exit 1
