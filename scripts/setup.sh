#!/bin/sh
# Installs what Outpost needs and is missing: a short list of Debian packages, then the npm packages of the lock file.
# Quick when there is nothing to do, and needs no root then.
set -eu
cd "$(dirname "$0")/.."

# package:what tells that it is there (a command, or a path when it begins with /)
# build-essential and python3 compile better-sqlite3; bubblewrap is the sandbox; the rest runs the tests of the demo's project.
wanted="git:git build-essential:g++ make:make python3:python3 bubblewrap:bwrap python3-pytest:/usr/lib/python3/dist-packages/pytest/__init__.py
tmux:tmux cmake:cmake libgtest-dev:/usr/include/gtest/gtest.h util-linux:prlimit"

missing=""
for pair in $wanted; do
  name=${pair%%:*}
  sign=${pair#*:}
  case "$sign" in
    /*) [ -e "$sign" ] || missing="$missing $name" ;;
    *) command -v "$sign" >/dev/null 2>&1 || missing="$missing $name" ;;
  esac
done

if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: this system has no apt-get; install these yourself:$missing" >&2
    exit 1
  fi
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "setup: run as root, or install these yourself:$missing" >&2
      exit 1
    fi
    as_root="sudo"
  fi
  echo "setup: installing$missing"
  $as_root apt-get update -q >/dev/null
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >/dev/null
fi

if ! command -v node >/dev/null 2>&1 || ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
  echo "setup: Node.js 20 or newer is needed (nodejs and npm of your system, or https://nodejs.org)" >&2
  exit 1
fi

# node-gyp compiles against the headers that came with node, where they are there; otherwise it fetches them.
prefix=$(node -p 'require("node:path").resolve(process.execPath, "..", "..")')
if [ -f "$prefix/include/node/node.h" ]; then
  export npm_config_nodedir="$prefix"
fi

stamp=node_modules/.outpost-setup
if [ ! -f "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
  echo "setup: installing the npm packages (better-sqlite3 may compile for a minute or two)"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
fi
echo "setup: ready"
