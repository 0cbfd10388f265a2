"""translate.py WORK: learns which words code uses where people say others, WORK/translations.bin.

IBM model 1 (Brown et al., "The Mathematics of Statistical Machine Translation", 1993) over the pairs: every word of the code, its name and
its path comes from one of the documentation's words, or from none. What only few packages say is left out, and a package that says it often
counts little more than one that says it once. Words are compared by their stems; a stem is written as the number of its first word in vocabulary.json.

translations.bin: uint32 number of entries, then three columns: uint16 documentation word, uint16 code word, uint8 255 × √probability.
Sorted by the first, most probable first.
"""

import json
import sys

import numpy as np
import torch

from batches import DICTIONARY
from stems import stem

SOURCES, TARGETS = 12_000, 14_000
ROUNDS = 5
MAX_SOURCES_PER_PAIR = 24
MIN_LETTERS = 3
# Below it a link is nothing; from the second number on it is what a package says.
MIN_SHARE, SAID, MIN_PACKAGES = 1e-3, 0.3, 4
# A translation has to be this many times (e to the power of it) as frequent as the word is in all code.
MIN_LIFT, MAX_PER_SOURCE = 1.0, 20
STOP_WORDS = set(
    (
        "a about all also an and any are as at be been being but by can code could did do does doing done each either etc ever every explain "
        "find for from function get gets give given had has have having here how i if implementation implemented implements in inside into is it "
        "its itself just let like logic may me might more most my need needs no not of on one only onto or other our out over place please "
        "should show so some such than that the their them then there these they this those through to too under until up us use used uses "
        "using via want was way we were what when where which while who whose why will with within without work works would you your"
    ).split()
)

# What languages make every piece of code use says nothing of it.
KEYWORDS = set(
    (
        "abstract async await begin bool boolean break byte case catch char class const continue def default defer del elif else elsif end enum "
        "except export extends extern false final finally float fn func function impl implements import include inline int integer interface "
        "lambda let local long loop match mod module mut namespace new nil none null object package pass private protected pub public raise "
        "require return self short static std string struct super switch template then this throw throws trait true try type typedef typename "
        "union unless unsafe unsigned val var vec virtual void where yield double"
    ).split()
)


def stem_classes(tokens):
    """By token, the first token of the same stem; -1 for what is no word to translate."""
    first, classes = {}, np.full(len(tokens), -1, np.int64)
    for index, token in enumerate(tokens):
        if token.isalpha() and len(stem(token)) >= MIN_LETTERS and token not in STOP_WORDS:
            classes[index] = first.setdefault(stem(token), index)
    return classes


def distinct(rows, words, size):
    """The distinct (row, word) with a word, in the order of their first occurrence."""
    known = words >= 0
    rows, words = rows[known], words[known]
    _, at = np.unique(rows * size + words, return_index=True)
    at.sort()
    order = np.argsort(rows[at], kind="stable")
    return rows[at][order], words[at][order]


def rows_of(archive, names, classes):
    rows, words = [], []
    for name in names:
        lengths = np.diff(archive[name + "_at"])
        rows.append(np.repeat(np.arange(len(lengths)), lengths))
        words.append(classes[archive[name].astype(np.int64)])
    return distinct(np.concatenate(rows), np.concatenate(words), len(classes))


def most_frequent(words, most, size):
    """By word its rank, -1 for those that are not among the most frequent."""
    counts = np.bincount(words, minlength=size)
    ranks = np.full(size, -1, np.int64)
    chosen = np.sort(np.argsort(-counts, kind="stable")[:most])
    chosen = chosen[counts[chosen] > 0]
    ranks[chosen] = np.arange(len(chosen))
    return ranks, chosen


class Links:
    """The words of both sides, row by row."""

    def __init__(self, archive, classes):
        size = len(classes)
        translated = archive["kind"] != DICTIONARY
        sides = []
        for names, most in ((["queries"], SOURCES), (["codes", "names", "paths"], TARGETS)):
            rows, words = rows_of(archive, names, classes)
            rows, words = rows[translated[rows]], words[translated[rows]]
            ranks, chosen = most_frequent(words, most, size)
            kept = ranks[words] >= 0
            rows, words = rows[kept], ranks[words[kept]]
            sides.append((words, np.searchsorted(rows, np.arange(len(translated) + 1)), chosen))
        (self.sources, self.sources_at, self.source_tokens), (self.targets, self.targets_at, self.target_tokens) = sides
        changes = np.where(np.diff(archive["package"]) != 0)[0] + 1
        self.packages = list(zip([0, *changes], [*changes, len(translated)]))

    def of(self, begin, end):
        """(how many links each target word has, for each target word its number, for each link its cell) of a package's rows."""
        counts = np.minimum(np.diff(self.sources_at[begin : end + 1]), MAX_SOURCES_PER_PAIR)
        targets = self.targets[self.targets_at[begin] : self.targets_at[end]]
        rows = np.repeat(np.arange(begin, end), np.diff(self.targets_at[begin : end + 1]))
        kept = counts[rows - begin] > 0
        targets, rows = targets[kept], rows[kept]
        per_target = counts[rows - begin]
        inner = np.arange(per_target.sum()) - np.repeat(np.cumsum(per_target) - per_target, per_target)
        sources = self.sources[np.repeat(self.sources_at[rows], per_target) + inner]
        return per_target, targets, sources * len(self.target_tokens) + np.repeat(targets, per_target)


def shares(table, links, background, package):
    """(cells, which share of an occurrence of its target each link explains), without the smallest."""
    per_target, targets, cells = links.of(*package)
    if len(cells) == 0:
        return cells, np.zeros(0, np.float32)
    probabilities = table[torch.from_numpy(cells)].numpy()
    totals = np.add.reduceat(probabilities, np.cumsum(per_target) - per_target) + per_target * background[targets]
    share = probabilities / np.repeat(totals, per_target).astype(np.float32)
    kept = share > MIN_SHARE
    return cells[kept], share[kept]


def learn(links):
    width = len(links.target_tokens)
    background = np.bincount(links.targets, minlength=width) / len(links.targets)
    table = torch.full((len(links.source_tokens) * width,), 1 / width)
    for number in range(ROUNDS):
        next_table = torch.zeros_like(table)
        said_by = torch.zeros(len(table), dtype=torch.int16) if number == ROUNDS - 1 else None
        for package in links.packages:
            cells, share = shares(table, links, background, package)
            if said_by is not None:
                cells, where = np.unique(cells, return_inverse=True)
                total = np.bincount(where, share, minlength=len(cells))
                share = np.where(total < 1, total, 1 + np.log(np.maximum(total, 1))).astype(np.float32)
                said_by[torch.from_numpy(cells[total > SAID])] += 1
            next_table.index_add_(0, torch.from_numpy(cells), torch.from_numpy(share))
        if said_by is not None:
            next_table[said_by < MIN_PACKAGES] = 0
        rows = next_table.view(-1, width)
        rows /= rows.sum(1, keepdim=True).clamp_min(1e-9)
        table = next_table
        print(f"round {number + 1} of {ROUNDS}", flush=True)
    return table.view(-1, width).numpy(), background


def entries(table, background, links, tokens):
    table[:, [tokens[token] in KEYWORDS for token in links.target_tokens]] = 0
    for source, row in enumerate(table):
        best = np.argsort(-row, kind="stable")[: 2 * MAX_PER_SOURCE]
        best = best[row[best] > background[best] * np.exp(MIN_LIFT)][:MAX_PER_SOURCE]
        for target in best:
            if links.source_tokens[source] != links.target_tokens[target]:
                yield links.source_tokens[source], links.target_tokens[target], max(1, round(255 * float(row[target]) ** 0.5))


if __name__ == "__main__":
    work = sys.argv[1]
    with open(work + "/vocabulary.json", encoding="utf-8") as file:
        tokens = json.load(file)["tokens"]
    links = Links(np.load(work + "/pairs.npz"), stem_classes(tokens))
    table, background = learn(links)
    columns = list(zip(*entries(table, background, links, tokens)))
    with open(work + "/translations.bin", "wb") as file:
        file.write(np.array([len(columns[0])], "<u4").tobytes())
        for column, kind in zip(columns, ("<u2", "<u2", "u1")):
            file.write(np.array(column, kind).tobytes())
    print(f"{len(columns[0])} translations of {len(set(columns[0]))} words")
