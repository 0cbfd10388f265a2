"""The model's words: runs of ASCII letters or digits, split at camel case, in lower case; unknown ones in the most probable pieces.

`packages/models/src/static-embedder/tokenizer.ts` does exactly the same at run time; a change here needs one there and another model.
"""

import json
import re

RUN = re.compile(r"[A-Za-z]+|[0-9]+")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
ACRONYM_PLURAL = re.compile(r"[A-Z]{2,}s")
MAX_WORD, MAX_PIECE, PIECE_PENALTY, LONG_NUMBER = 40, 16, 2.0, 12
MEMO = 3_000_000


def split_run(run):
    if run.islower() or run.isdigit():
        return [run]
    if ACRONYM_PLURAL.fullmatch(run):
        return [run.lower()]
    return [word.lower() for word in CAMEL.findall(run)]


def words(text):
    return [word for run in RUN.findall(text) for word in split_run(run)]


class Tokenizer:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            vocabulary = json.load(file)
        self.tokens, self.log_probabilities = vocabulary["tokens"], vocabulary["logp"]
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        self.memo = {}

    def __call__(self, text):
        """Ids, in order."""
        found = []
        for run in RUN.findall(text):
            ids = self.memo.get(run)
            if ids is None:
                ids = [id for word in split_run(run) for id in self.word_ids(word)]
                if len(self.memo) < MEMO:
                    self.memo[run] = ids
            found += ids
        return found

    def word_ids(self, word):
        known = self.ids.get(word)
        if known is not None:
            return [known]
        if word[0].isdigit():
            return [self.ids["<num>" if len(word) < LONG_NUMBER else "<long>"]]
        return self.segment(word[:MAX_WORD])

    def segment(self, word):
        """Viterbi over a unigram model; empty when there is no cut into known pieces."""
        best = [0.0] + [float("-inf")] * len(word)
        cuts = [0] * (len(word) + 1)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - MAX_PIECE), end):
                id = self.ids.get(word[start:end])
                if id is not None and best[start] + self.log_probabilities[id] - PIECE_PENALTY > best[end]:
                    best[end] = best[start] + self.log_probabilities[id] - PIECE_PENALTY
                    cuts[end] = start
        if best[-1] == float("-inf"):
            return []
        ids, end = [], len(word)
        while end > 0:
            ids.append(self.ids[word[cuts[end] : end]])
            end = cuts[end]
        return ids[::-1]
