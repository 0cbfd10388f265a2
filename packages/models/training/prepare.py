"""prepare.py WORK: tokenises the pairs into flat arrays, WORK/pairs.npz.

Three kinds of pairs: a documentation comment and its definition; a comment inside of a definition and the definition without it (how people
say what a few lines do); a dictionary's definition and the words it defines. The same documentation is kept three times at most, the same
code once.
"""

import array
import collections
import glob
import hashlib
import json
import os
import re
import sys
from multiprocessing import Pool

import numpy as np

from documents import clean, is_prose
from tokenizer import Tokenizer
from wordnet import glosses

DOCUMENTATION, INLINE, DICTIONARY = 0, 1, 2
MAX_QUERY, MAX_NAME, MAX_PATH, MAX_CODE = 64, 12, 16, 220
MAX_SAME_QUERY = 3
INLINE_PER_PAIR = 2
COMMENT_LINE = re.compile(r"^\s*(//+!?|#+|--|\*)\s+(?=\S)")

tokenizer = None


def normalized(text):
    return re.sub(r"\W+", "", text).lower()


def hash_of(text):
    return int.from_bytes(hashlib.md5(normalized(text).encode()).digest()[:8], "little") & 0x7FFFFFFFFFFFFFFF


def first_sentence(text):
    match = re.match(r"(.{20,}?[.!?])(\s|$)", text)
    return match.group(1) if match else text


def inline_comments(code):
    """(comment, code without it) of the first few comments inside of a definition that say something."""
    lines = code.split("\n")
    found, at = 0, 1
    while at < len(lines) and found < INLINE_PER_PAIR:
        end = at
        while end < len(lines) and COMMENT_LINE.match(lines[end]):
            end += 1
        if end > at and end < len(lines):
            comment = clean("\n".join(COMMENT_LINE.sub("", line) for line in lines[at:end]))
            if is_prose(comment) and len(comment.split()) >= 4:
                found += 1
                yield comment, "\n".join(lines[:at] + lines[end:])
        at = end + 1


def path_words(path):
    inner = re.sub(r"^.*?/(usr/(lib|share|src)|package)/", "", path)
    parts = inner.split("/")[-4:]
    parts[-1] = parts[-1].rsplit(".", 1)[0]
    return " ".join(parts)


def tokenize(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            pair = json.loads(line)
            texts = [(DOCUMENTATION, pair["d"], pair["c"])] + [(INLINE, *found) for found in inline_comments(pair["c"])]
            for kind, query, code in texts:
                rows.append(row(kind, pair["p"], pair["f"], query, pair["n"], path_words(pair["f"]), code))
    return [each for each in rows if each is not None]


def row(kind, package, file, query, name, path, code):
    query_ids = tokenizer(query)
    counts = collections.Counter(tokenizer(code))
    if len(query_ids) < 3 or len(counts) < (1 if kind == DICTIONARY else 5):
        return None
    first = len(tokenizer(first_sentence(query)))
    ids, numbers = list(counts.keys())[:MAX_CODE], [min(count, 255) for count in counts.values()][:MAX_CODE]
    return kind, package, file, query_ids[:MAX_QUERY], min(first, MAX_QUERY), tokenizer(name)[:MAX_NAME], tokenizer(path)[:MAX_PATH], ids, numbers, hash_of(query), hash_of(code)


def dictionary_rows(work):
    for lemmas, gloss in glosses(work):
        if all(word in tokenizer.ids for lemma in lemmas for word in lemma.lower().split()):
            yield row(DICTIONARY, "wordnet", lemmas[0][:1], gloss, "", "", " ".join(lemmas))


def start(path):
    global tokenizer
    tokenizer = Tokenizer(path)


if __name__ == "__main__":
    work = sys.argv[1]
    start(work + "/vocabulary.json")
    flat = {name: array.array("H") for name in ("queries", "names", "paths", "codes")}
    counts = array.array("B")
    offsets = {name: [0] for name in flat}
    columns = collections.defaultdict(list)
    numbers = {"package": {}, "source": {}}
    queries, codes = collections.Counter(), set()

    def add(rows):
        for kind, package, file, query, first, name, path, ids, frequencies, query_hash, code_hash in rows:
            if queries[query_hash] >= MAX_SAME_QUERY or (kind == DOCUMENTATION and code_hash in codes):
                continue
            queries[query_hash] += 1
            codes.add(code_hash)
            for column, values in (("queries", query), ("names", name), ("paths", path), ("codes", ids)):
                flat[column].extend(values)
                offsets[column].append(len(flat[column]))
            counts.extend(frequencies)
            columns["kind"].append(kind)
            columns["first"].append(first)
            columns["package"].append(numbers["package"].setdefault(package, len(numbers["package"])))
            columns["source"].append(numbers["source"].setdefault((package, file), len(numbers["source"])))
            columns["query_hash"].append(query_hash)

    with Pool(int(os.environ.get("PROCESSES", "2")), start, [work + "/vocabulary.json"]) as pool:
        for rows in pool.imap(tokenize, sorted(glob.glob(work + "/pairs/*.jsonl"))):
            add(rows)
    add(found for found in dictionary_rows(work) if found is not None)
    np.savez(
        work + "/pairs.npz",
        **{name: np.array(values, dtype=np.uint16) for name, values in flat.items()},
        **{name + "_at": np.array(values, dtype=np.int64) for name, values in offsets.items()},
        counts=np.array(counts, dtype=np.uint8),
        **{name: np.array(values, dtype=np.int64) for name, values in columns.items()},
    )
    kinds = collections.Counter(columns["kind"])
    print(f"{kinds[DOCUMENTATION]} documentation, {kinds[INLINE]} inline, {kinds[DICTIONARY]} dictionary pairs; {len(numbers['package'])} packages")
