"""The dictionary WordNet (Princeton, permissive, Debian's wordnet-base): what words mean in other words.

Code and its comments say "scrollbar" and seldom "the thumb that shows how far one has scrolled"; a dictionary does.
"""

import glob
import os
import re

from archives import members

DATA_FILE = re.compile(r"usr/share/wordnet/data\.(noun|verb|adj|adv)$")
LINE = re.compile(r"^\d{8} \d\d [nvasr] ([0-9a-f]{2}) (.*?) \d{3} .*?\| (.*)$")


def dictionary_archives(work):
    return glob.glob(os.path.join(work, "archives/binary/wordnet-base_*.deb"))


def glosses(work):
    """Yields (words that mean one thing, its definition with examples). Nothing when the package was not fetched."""
    for path in dictionary_archives(work):
        for _, content in members(path, lambda name, _: DATA_FILE.search(name)):
            yield from parse(content.decode("latin-1"))


def parse(text):
    for line in text.split("\n"):
        match = LINE.match(line)
        if match:
            parts = match.group(2).split()[: 2 * int(match.group(1), 16)]
            yield [lemma.replace("_", " ") for lemma in parts[::2]], match.group(3)
