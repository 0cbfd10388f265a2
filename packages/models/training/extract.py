"""extract.py WORK: from WORK/archives to WORK/pairs/*.jsonl, one file a package, one pair a line, and WORK/corpus.tsv with what each gave.

A pair: {l: language, p: package, f: path, n: name, d: documentation, c: code, b: has a body}. Packages done before are not done again; one
that was broken is tried again.
"""

import hashlib
import json
import os
import random
import re
import resource
import signal
import sys
from contextlib import contextmanager
from multiprocessing import Pool

from archives import find_archives, source_files
from definitions import find
from documents import clean, is_prose
from wordnet import dictionary_archives, glosses

MAX_PER_FILE, MAX_PER_PACKAGE = 60, int(os.environ.get("MAX_PER_PACKAGE", "16000"))
MIN_CODE = 30
KEPT_WITHOUT_BODY = 0.35
# What a hostile file or archive may cost: the patterns that find definitions can be made slow, and compressed bytes can be many.
MAX_FILE_SECONDS, MAX_PROCESS_BYTES = 30, 4 << 30


@contextmanager
def bounded(seconds):
    """Raises TimeoutError in what takes more than so many seconds of this process's time."""

    def stop(*_):
        raise TimeoutError(f"a file takes more than {seconds} s")

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def pairs_of(archive):
    chance = random.Random(archive.name)
    seen = set()
    pairs = []
    for language, path, source in source_files(archive):
        of_file = []
        with bounded(MAX_FILE_SECONDS):
            found = [(clean(comment), *rest) for comment, *rest in find(language, source)]
        for document, code, name, has_body in found:
            code = code.strip("\n")
            if not is_prose(document) or len(code) < MIN_CODE or (not has_body and chance.random() > KEPT_WITHOUT_BODY):
                continue
            key = hashlib.md5(re.sub(r"\W+", "", document + code[:300]).encode()).digest()[:8]
            if key in seen:
                continue
            seen.add(key)
            of_file.append({"l": language, "p": archive.name, "f": path[-160:], "n": name[:120], "d": document, "c": code, "b": int(has_body)})
        pairs += of_file if len(of_file) <= MAX_PER_FILE else chance.sample(of_file, MAX_PER_FILE)
        if len(pairs) > 4 * MAX_PER_PACKAGE:
            break
    return pairs if len(pairs) <= MAX_PER_PACKAGE else chance.sample(pairs, MAX_PER_PACKAGE)


def extract(task):
    archive, folder = task
    output = os.path.join(folder, archive.kind + "-" + archive.name.replace("/", "_") + ".jsonl")
    if not os.path.exists(output):
        try:
            pairs = pairs_of(archive)
        except Exception as error:  # One broken archive must not end a run over hundreds.
            print(f"{archive.name}: {error!r}; left out", file=sys.stderr, flush=True)
            return archive, 0
        with open(output + ".part", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs)
        os.rename(output + ".part", output)
    with open(output, "rb") as file:
        return archive, sum(1 for _ in file)


def digest(paths):
    total = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                total.update(block)
    return total.hexdigest()


if __name__ == "__main__":
    work = sys.argv[1]
    resource.setrlimit(resource.RLIMIT_AS, (MAX_PROCESS_BYTES, MAX_PROCESS_BYTES))
    folder = os.path.join(work, "pairs")
    os.makedirs(folder, exist_ok=True)
    archives = find_archives(work)
    rows = []
    with Pool(int(os.environ.get("PROCESSES", "2"))) as pool:
        for archive, count in pool.imap_unordered(extract, [(archive, folder) for archive in archives]):
            if count > 0:
                files = " ".join(os.path.basename(path) for path in archive.files)
                rows.append(f"{archive.kind}\t{files}\t{archive.licence}\t{count}\t{digest(archive.files)}\n")
    for path in dictionary_archives(work):
        rows.append(f"dictionary\t{os.path.basename(path)}\tWordNet-3.0\t{sum(1 for _ in glosses(work))}\t{digest([path])}\n")
    with open(os.path.join(work, "corpus.tsv"), "w", encoding="utf-8") as file:
        file.write("kind\tarchive\tlicence\tpairs\tsha256\n")
        file.writelines(sorted(rows))
    print(f"{len(rows)} archives with pairs, of {len(archives)} permissive packages and the dictionary, {sum(int(row.split(chr(9))[3]) for row in rows)} pairs")
