#!/usr/bin/env bash
# fetch.sh WORK: brings the archives of corpus/*.txt into WORK/archives, by name, with the ordinary clients. A name that is gone is reported
# and left out; npm's are named with their versions, Debian's come in the version of the release. Source packages are asked for their Debian part first (a few kB, with the copyright file); only those whose main licence is
# permissive are fetched whole. What is there is not fetched again.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: fetch.sh WORK}"
work=$(cd "$1" && pwd)
archives=$work/archives
mkdir -p "$archives"/{binary,source,npm} "$work"/apt/{lists/partial,cache/archives/partial}
export problems=$work/fetch-problems.log here
export maxSourceMegabytes=${MAX_SOURCE_MEGABYTES:-80}

# Deb-src entries of our own, so that the machine's configuration stays as it is.
sources=$work/apt/sources.list
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-cache policy | grep -F " $codename/main " | grep -oEm1 'https?://[^ ]+')
echo "deb-src $mirror $codename main" >"$sources"
export private="-o Dir::Etc::SourceList=$sources -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$work/apt/lists -o Dir::Cache=$work/apt/cache -q"
[ -n "$(ls "$work"/apt/lists/*_Sources* 2>/dev/null)" ] || apt-get $private update

# Names from stdin to a command, many at once; a batch with a bad name in it is asked for again one by one.
in_batches() {
  local size=$1 names
  shift
  while mapfile -t -n "$size" names && [ "${#names[@]}" -gt 0 ]; do
    "$@" "${names[@]}" >/dev/null 2>>"$problems" </dev/null && continue
    for name in "${names[@]}"; do "$@" "$name" >/dev/null 2>>"$problems" </dev/null || echo "not found: $name"; done
  done
}

# A folder without `.done` holds a part, and is begun anew.
fetch_source() {
  local name=$1 megabytes
  [ -e "$name/.done" ] && return
  rm -rf "$name" && mkdir "$name" && cd "$name" || return
  apt-get $private source --download-only --diff-only "$name" >/dev/null 2>>"$problems" || { echo "not found: $name"; return; }
  megabytes=$(apt-get $private source --print-uris --download-only --tar-only "$name" 2>/dev/null | awk '/^.http/ { sum += $3 } END { print int(sum / 1000000) }')
  if [ "$megabytes" -le "$maxSourceMegabytes" ] && python3 "$here/licences.py" .; then
    apt-get $private source --download-only --tar-only "$name" >/dev/null 2>>"$problems" || { echo "not found: $name"; return; }
  fi
  touch .done
}
export -f fetch_source

cd "$archives/binary" || exit
while read -r name; do ls "${name}"_*.deb >/dev/null 2>&1 || echo "$name"; done <"$here/corpus/debian-binary.txt" |
  in_batches 20 apt-get -q download

cd "$archives/source" || exit
xargs -P 3 -I NAME bash -c 'fetch_source NAME' <"$here/corpus/debian-source.txt"

cd "$archives/npm" || exit
while read -r package; do
  file=$(echo "${package%@*}" | sed 's/^@//; s/\//-/')
  [ -e "$file-${package##*@}.tgz" ] || echo "$package"
done <"$here/corpus/npm.txt" |
  in_batches 10 npm pack --silent --ignore-scripts
echo "fetched: $(ls ../binary | grep -c '\.deb$') binary, $(ls -d ../source/*/ | wc -l) source, $(ls ./*.tgz | wc -l) npm; $(du -sm "$archives" | cut -f1) MB"
