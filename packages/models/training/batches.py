"""Makes batches of pairs for training: which pairs stand together, and what is left out of them, so that the model learns meanings and not
only equal words.

A batch is made of blocks of one package, so that most of what a query has to be told apart from is code of the same project.
"""

import math

import numpy as np

DICTIONARY = 2
BLOCK = 128
# Of a package that may be held out, and of all that are.
HELD_OUT_SIZES, HELD_OUT_PAIRS = (30, 1500), 8000
COUNT_WEIGHT = np.array([1 + math.log(max(1, count)) for count in range(256)], dtype=np.float32)


class Pairs:
    def __init__(self, path):
        archive = np.load(path)
        self.__dict__.update({name: archive[name] for name in archive.files})
        self.size = len(self.kind)
        self.held_out = self.choose_held_out()

    def choose_held_out(self):
        """Whole packages that are never trained on."""
        sizes = np.bincount(self.package)
        held_out, total = np.zeros(len(sizes), bool), 0
        for package in np.random.default_rng(7).permutation(len(sizes)):
            if HELD_OUT_SIZES[0] <= sizes[package] <= HELD_OUT_SIZES[1] and total < HELD_OUT_PAIRS:
                held_out[package], total = True, total + sizes[package]
        return held_out[self.package] & (self.kind != DICTIONARY)

    def gather(self, name, rows, most=None):
        """(ids, positions, which of the rows) of a column."""
        flat, offsets = getattr(self, name), getattr(self, name + "_at")
        starts, lengths = offsets[rows], offsets[rows + 1] - offsets[rows]
        if most is not None:
            lengths = np.minimum(lengths, most)
        begins = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=begins[1:])
        positions = np.arange(begins[-1]) - np.repeat(begins[:-1], lengths) + np.repeat(starts, lengths)
        return flat[positions].astype(np.int64), positions, np.repeat(np.arange(len(rows)), lengths)


def trained_rows(pairs, kinds):
    return np.where(~pairs.held_out & np.isin(pairs.kind, [int(kind) for kind in kinds]))[0]


def problem_of(pairs, size, kinds):
    """Why there is nothing to train on or to measure with, and the way out, in one line; None where there is."""
    least, most = HELD_OUT_SIZES
    if not (pairs.held_out & (pairs.kind == 0)).any():
        return f"none of {pairs.size} pairs can be held out for measuring, since no package has {least} to {most} of them; fetch more packages (corpus/*.txt), or raise MAX_PER_PACKAGE"
    rows = len(trained_rows(pairs, kinds))
    if rows == 0:
        return f"all of {pairs.size} pairs are held out for measuring or of other kinds than {kinds}: up to {HELD_OUT_PAIRS} are, of packages with {least} to {most}; fetch more packages (corpus/*.txt), so that some are left to train on"
    if rows < size:
        return f"{rows} of {pairs.size} pairs are left to train on, fewer than one batch of {size}; fetch more packages (corpus/*.txt), or set OPTIONS=\"--batch {max(1, rows // 2)}\""
    return None


def batches(pairs, size, seed, kinds):
    """Rows of one epoch, in batches; within a package, files stay together. `kinds`: the numbers of those to use, "012" for all."""
    chance = np.random.default_rng(seed)
    rows = trained_rows(pairs, kinds)
    files = chance.permutation(int(pairs.source.max()) + 1)[pairs.source[rows]]
    rows = rows[np.lexsort((chance.random(len(rows)), files, pairs.package[rows]))]
    blocks = [rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK)]
    order = np.concatenate([blocks[index] for index in chance.permutation(len(blocks))])
    return [order[at : at + size] for at in range(0, len(order) - size + 1, size)]


def training_batch(pairs, rows, options, seed):
    """((ids, offsets, weights) of the queries, the same of the code, hashes of the queries)."""
    chance = np.random.default_rng(seed)
    count = len(rows)
    first_only = chance.random(count) < options.first_sentence
    query, _, query_row = pairs.gather("queries", rows, np.where(first_only, np.maximum(pairs.first[rows], 3), 64))
    name, _, name_row = pairs.gather("names", rows)
    path, _, path_row = pairs.gather("paths", rows)
    code, code_at, code_row = pairs.gather("codes", rows)
    weight = COUNT_WEIGHT[pairs.counts[code_at]]
    is_code = pairs.kind[rows] != DICTIONARY

    # For some, the name is what is asked for.
    by_name = (chance.random(count) < options.name_queries) & (pairs.names_at[rows + 1] - pairs.names_at[rows] >= 2)
    kept, named = ~by_name[query_row], by_name[name_row]
    query, query_row = np.concatenate([query[kept], name[named]]), np.concatenate([query_row[kept], name_row[named]])
    # Documentation that repeats the name would teach nothing but equality.
    without_name = (chance.random(count) < options.masked_names) & ~by_name
    keep = ~(is_among(query, query_row, name, name_row) & without_name[query_row])
    keep &= chance.random(len(query)) > options.dropout * 0.7
    keep |= np.bincount(query_row[keep], minlength=count)[query_row] < 2
    query, query_row = query[keep], query_row[keep]

    # Words that both sides share are taken out of some of the code.
    shared = is_among(code, code_row, query, query_row) & is_code[code_row]
    masked = np.where(chance.random(count) < options.masked_rows, options.masked_words, 0.0)
    keep = (chance.random(len(code)) > options.dropout * is_code[code_row]) & ~(shared & (chance.random(len(code)) < masked[code_row]))
    code, weight, code_row = code[keep], weight[keep], code_row[keep]
    with_path = (chance.random(count) < options.with_path)[path_row]
    path, path_row = path[with_path], path_row[with_path]
    code, code_row = np.concatenate([code, path]), np.concatenate([code_row, path_row])
    weight = np.concatenate([weight, np.ones(len(path), np.float32)])
    return bags(query, np.ones(len(query), np.float32), query_row, count), bags(code, weight, code_row, count), pairs.query_hash[rows]


def plain_batch(pairs, rows):
    """The same without anything left out, for measuring: the first sentence against code and path."""
    query, _, query_row = pairs.gather("queries", rows, pairs.first[rows])
    path, _, path_row = pairs.gather("paths", rows)
    code, code_at, code_row = pairs.gather("codes", rows)
    weight = np.concatenate([COUNT_WEIGHT[pairs.counts[code_at]], np.ones(len(path), np.float32)])
    code, code_row = np.concatenate([code, path]), np.concatenate([code_row, path_row])
    return bags(query, np.ones(len(query), np.float32), query_row, len(rows)), bags(code, weight, code_row, len(rows))


def is_among(ids, rows, others, other_rows):
    """For each id, whether it is among the others of its row."""
    if len(others) == 0:
        return np.zeros(len(ids), bool)
    keys = np.sort(other_rows * 70_000 + others)
    wanted = rows * 70_000 + ids
    at = np.searchsorted(keys, wanted)
    at[at == len(keys)] = 0
    return keys[at] == wanted


def bags(ids, weights, rows, count):
    order = np.argsort(rows, kind="stable")
    return ids[order], np.searchsorted(rows[order], np.arange(count)).astype(np.int64), weights[order].astype(np.float32)
