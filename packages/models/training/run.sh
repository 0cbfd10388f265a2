#!/usr/bin/env bash
# run.sh WORK: from an empty folder to a model in WORK/model. Needs Debian 12 with dpkg-dev, npm, python3-numpy and python3-torch, the network
# to Debian's and npm's archives, 5 GB of disk, and an hour or two on two cores (PROCESSES and OPTIONS change how; a GPU is used when there is one).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?usage: run.sh WORK}
python=${PYTHON:-/usr/bin/python3}
mkdir -p "$work"
bash "$here/fetch.sh" "$work"
"$python" "$here/extract.py" "$work"
"$python" "$here/compare.py" "$work"
"$python" "$here/vocabulary.py" "$work"
"$python" "$here/prepare.py" "$work"
# shellcheck disable=SC2086 # options are words
"$python" "$here/train.py" "$work" "$work/trained.npz" ${OPTIONS:-}
"$python" "$here/translate.py" "$work"
"$python" "$here/export.py" "$work" "$work/trained.npz" "$work/model"
