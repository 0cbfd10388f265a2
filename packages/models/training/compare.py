"""compare.py WORK: whether the archives of WORK/corpus.tsv are those that the last recorded corpus was made of, by SHA-256.

Debian replaces a package by a corrected one now and then; then its pairs differ a little. Says so, and fails only when nothing is the same.
"""

import os
import sys

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "fetched.tsv")


def read(path):
    """By archive: (pairs, hash)."""
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return {(kind, archive): (int(pairs), digest) for kind, archive, _, pairs, digest in rows}


if __name__ == "__main__":
    recorded, found = read(RECORDED), read(sys.argv[1] + "/corpus.tsv")
    same = [name for name in recorded if name in found and recorded[name][1] == found[name][1]]
    changed = [name for name in recorded if name in found and recorded[name][1] != found[name][1]]
    counted_otherwise = [name for name in same if recorded[name][0] != found[name][0]]
    missing, added = recorded.keys() - found.keys(), found.keys() - recorded.keys()
    print(f"archives as recorded: {len(same)} of {len(recorded)}; other bytes {len(changed)}, missing {len(missing)}, not recorded {len(added)}")
    print(f"of those as recorded, {len(counted_otherwise)} gave another number of pairs")
    for what, names in (("other bytes", changed), ("missing", missing), ("not recorded", added), ("other pairs", counted_otherwise)):
        for kind, archive in sorted(names):
            print(f"  {what}: {kind} {archive}")
    if not same:
        sys.exit("no archive is as recorded; is this the corpus?")
