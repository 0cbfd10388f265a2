#!/usr/bin/env bash
# fetch.sh WORK: brings the archives of corpus/*.txt into WORK/archives, one after the other, by name, with the ordinary clients. A name
# that is gone is reported and left out. Source packages are asked for their Debian part first (a few kB, with the copyright file); only
# those whose main licence is permissive are fetched whole. What is there is not fetched again.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: fetch.sh WORK}"
work=$(cd "$1" && pwd)
archives=$work/archives
mkdir -p "$archives"/{binary,source,npm} "$work"/apt/lists/partial
maxSourceMegabytes=${MAX_SOURCE_MEGABYTES:-80}

# Deb-src entries of our own, so that the machine's configuration stays as it is.
sources=$work/apt/sources.list
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-cache policy | grep -F " $codename/main " | grep -oEm1 'https?://[^ ]+')
echo "deb-src $mirror $codename main" >"$sources"
private=(-o "Dir::Etc::SourceList=$sources" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/apt/lists" -q)
[ -n "$(ls "$work"/apt/lists/*_Sources* 2>/dev/null)" ] || apt-get "${private[@]}" update

cd "$archives/binary"
while read -r name; do ls "${name}"_*.deb >/dev/null 2>&1 || echo "$name"; done <"$here/corpus/debian-binary.txt" |
  xargs -r -n 20 apt-get -q download >/dev/null 2>>"$work/fetch-problems.log" || echo "not all of debian-binary.txt was found: see fetch-problems.log"

cd "$archives/source"
while read -r name; do
  [ -d "$name" ] && continue
  mkdir "$name"
  (cd "$name" && apt-get "${private[@]}" source --download-only --diff-only "$name" >/dev/null 2>>"$work/fetch-problems.log") || echo "not found: $name"
  megabytes=$(apt-get "${private[@]}" source --print-uris --download-only --tar-only "$name" 2>/dev/null | awk '/^.http/ { sum += $3 } END { print int(sum / 1000000) }')
  if [ "$megabytes" -le "$maxSourceMegabytes" ] && python3 "$here/licences.py" "$name"; then
    (cd "$name" && apt-get "${private[@]}" source --download-only --tar-only "$name" >/dev/null 2>>"$work/fetch-problems.log")
  fi
done <"$here/corpus/debian-source.txt"

cd "$archives/npm"
while read -r name; do
  file=$(echo "$name" | sed 's/^@//; s/\//-/')
  ls "$file"-[0-9]*.tgz >/dev/null 2>&1 || echo "$name"
done <"$here/corpus/npm.txt" |
  xargs -r -n 10 npm pack --silent --ignore-scripts >/dev/null 2>>"$work/fetch-problems.log" || echo "not all of npm.txt was found: see fetch-problems.log"
echo "fetched: $(ls binary ../binary 2>/dev/null | grep -c '\.deb$') binary, $(ls -d ../source/*/ | wc -l) source, $(ls ./*.tgz | wc -l) npm; $(du -sm "$archives" | cut -f1) MB"
