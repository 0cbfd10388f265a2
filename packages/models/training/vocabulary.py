"""vocabulary.py WORK: chooses the words of the model by how often, and in how many packages, the pairs use them; writes WORK/vocabulary.json.

32,000 words, 300 numbers, 3,000 pieces for what is not among them, the letters, and stand-ins for other numbers. A package counts a word
only so often, so that one large package does not fill the vocabulary with its own names.
"""

import collections
import glob
import json
import math
import os
import sys
from multiprocessing import Pool

from tokenizer import words
from wordnet import glosses

WORDS, NUMBERS, PIECES = 32_000, 300, 3_000
MIN_PACKAGES, MIN_PACKAGES_OF_NUMBER = 4, 25


def count(path):
    counts = collections.Counter()
    with open(path, encoding="utf-8") as file:
        for line in file:
            pair = json.loads(line)
            counts.update(words(pair["c"]))
            counts.update(words(pair["d"]) * 2)
    return counts


def choose(totals, packages, damped):
    frequent = sorted((word for word in totals if packages[word] >= MIN_PACKAGES and word.isalpha() and 2 <= len(word) <= 24), key=lambda word: (-damped[word], word))
    chosen = frequent[:WORDS]
    numbers = sorted((word for word in totals if word.isdigit() and len(word) <= 4 and packages[word] >= MIN_PACKAGES_OF_NUMBER), key=lambda word: (-damped[word], word))[:NUMBERS]
    pieces = choose_pieces(totals, packages, set(chosen))
    letters = [chr(97 + index) for index in range(26)]
    return list(dict.fromkeys(["<num>", "<long>", *letters, *chosen, *numbers, *pieces])), set(chosen)


def choose_pieces(totals, packages, chosen):
    """The substrings that would help most with the words that are not chosen."""
    gains = collections.Counter()
    for word, total in totals.items():
        if not word.isalpha() or word in chosen or len(word) > 24 or total < 2:
            continue
        gain = math.log(1 + total) * min(packages[word], 8)
        for length in (2, 3, 4, 5):
            for start in range(len(word) - length + 1):
                gains[word[start : start + length]] += gain * (1 if length < 4 else 1.5)
    ordered = sorted(gains, key=lambda piece: (-gains[piece], piece))
    return [piece for piece in ordered if piece not in chosen][:PIECES]


def log_probability(token, damped, chosen, total):
    count = damped.get(token, 0)
    value = math.log((count + 1) / total) if token in chosen else math.log((min(count, 50) + 1) / total) - 1
    # Short pieces are the last resort.
    ceiling = {1: -18.0, 2: -13.0, 3: -11.5}.get(len(token), 0.0)
    return round(ceiling if len(token) == 1 else min(value, ceiling), 2)


if __name__ == "__main__":
    work = sys.argv[1]
    totals, packages, damped = collections.Counter(), collections.Counter(), collections.Counter()
    with Pool(int(os.environ.get("PROCESSES", "2"))) as pool:
        # In order: sums of floats depend on it.
        for counts in pool.imap(count, sorted(glob.glob(work + "/pairs/*.jsonl"))):
            most = 3 + 0.002 * sum(counts.values())
            for word, number in counts.items():
                totals[word] += number
                packages[word] += 1
                damped[word] += min(number, most)
    # Words that people use and code seldom does: those of the dictionary's definitions.
    for lemmas, gloss in glosses(work):
        for word in words(gloss):
            totals[word] += 1
            damped[word] += 0.2
            packages[word] = max(packages[word], MIN_PACKAGES)
    tokens, chosen = choose(totals, packages, damped)
    total = sum(damped.values())
    with open(work + "/vocabulary.json", "w", encoding="utf-8") as file:
        json.dump({"tokens": tokens, "logp": [log_probability(token, damped, chosen, total) for token in tokens]}, file)
    known = set(tokens)
    print(f"{len(tokens)} words; of running words {sum(number for word, number in totals.items() if word in known) / sum(totals.values()):.4f} are whole")
