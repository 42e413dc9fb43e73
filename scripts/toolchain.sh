# Sourced by scripts/run and asked by scripts/test: is there what the Rust part is built with?
# Says what is missing, and how to get it, and ends with 1.

face_needs() {
  local tool=$1 hint=$2
  command -v "$tool" >/dev/null && return
  echo "Face needs $tool to be built, and it is not on the PATH. $hint" >&2
  exit 1
}

if [ -z "$(command -v cargo || true)" ] && [ -x "$HOME/.cargo/bin/cargo" ]; then PATH=$HOME/.cargo/bin:$PATH; fi
face_needs cargo "Install Rust 1.90 or newer, as its own site says (rustup)."
# SQLite and parts of the encryption are C.
face_needs "${CC:-cc}" "Install a C compiler: 'apt install build-essential', 'dnf install gcc', or Xcode's command line tools."
# The memory allocator that Linux gets (docs/decisions/memory.md) is built by make.
if [ "$(uname -s)" = Linux ]; then face_needs make "Install it: 'apt install build-essential' or 'dnf install make'."; fi
