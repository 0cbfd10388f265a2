"""The stems that search compares words by: exactly what `packages/retrieval/src/terms/stem.ts` does to one lower-case word."""

import re

VOWEL = re.compile(r"[aeiouy]")
DOUBLED = re.compile(r"([bdfgmnprt])\1$")


def stem(word):
    if len(word) < 4 or word[-1] not in "sgdne":
        return word
    return drop_final_e(drop_verb_ending(drop_plural(word)))


def drop_plural(word):
    if not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if re.search(r"[^aius]s$", word) else word


def drop_verb_ending(word):
    for ending in ("ing", "ed"):
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        if len(rest) < 3 or not VOWEL.search(rest):
            return word
        return rest[:-1] if DOUBLED.search(rest) else rest
    if len(word) > 6 and re.search(r"[st]ion$", word):
        return word[:-3]
    return word


def drop_final_e(word):
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
