"""Which files of an archive may be trained on: only those under a permissive licence.

A Debian package says it in its machine-readable copyright file (DEP-5), per file; a package without one is left out. An npm package says
it in package.json. Whatever the package says, a file whose own head names a copyleft licence is left out too.

As a program: `licences.py FOLDER` exits with 0 when the source package whose Debian part lies in FOLDER is permissive in the main.
"""

import fnmatch
import glob
import io
import re
import sys
import tarfile

PERMISSIVE = re.compile(
    r"^(expat|mit(-[\w.]+)?|mit/x11|x11(-[\w.]+)?|bsd(-[\w.]+)?|[\w.]+-bsd|apache(-2(\.0)?)?|apache2(\.0)?|asl-2(\.0)?|isc|zlib(/libpng)?|0bsd|"
    r"bsl-1\.0|boost(-1\.0)?|public[- ]domain|pd|cc0(-1\.0)?|unlicense|psf(-2(\.0)?)?|python-2\.0(\.1)?|ncsa|postgresql|curl|blueoak-1\.0\.0|"
    r"wtfpl(-2)?|bsd3|bsd2|apache-2\.0 with llvm(-| )exceptions?|unicode(-[\w.-]+)?|libpng|hpnd|ruby-license|llvm)$"
)
COPYLEFT_HEAD = re.compile(rb"general public licen[sc]e|\b[al]?gpl\b|mozilla public|eclipse public|cddl|source[- ]available|commercial licen[sc]e", re.I)
HEAD_BYTES = 3000
MAX_COPYRIGHT_BYTES = 4_000_000


def is_permissive(expression):
    """Whether an expression of licence names leaves a permissive choice: any side of an `or`, all sides of an `and`."""
    text = re.sub(r"[()]", " ", expression.strip().lower())
    choices = re.split(r"\s+or\s+|\s*\|\s*", text)
    return any(all(PERMISSIVE.match(part.strip().rstrip("+")) for part in re.split(r"\s+and\s+|,\s*", choice)) for choice in choices)


def has_copyleft_head(content):
    return COPYLEFT_HEAD.search(content[:HEAD_BYTES]) is not None


class Copyright:
    """A DEP-5 copyright file. `main` is the licence of `Files: *`, None when the file is not machine-readable."""

    def __init__(self, text):
        self.main = None
        self.others = []
        for stanza in re.split(r"\n\s*\n", text.replace("\r", "")):
            files = re.search(r"^Files:(.*(?:\n[ \t].*)*)", stanza, re.M | re.I)
            licence = re.search(r"^License:[ \t]*(.*)", stanza, re.M | re.I)
            if files is None or licence is None:
                continue
            for pattern in files.group(1).split():
                if pattern == "*":
                    self.main = licence.group(1).strip()
                elif not pattern.startswith("debian/") and not is_permissive(licence.group(1)):
                    self.others.append(pattern)

    @property
    def is_permissive(self):
        return self.main is not None and is_permissive(self.main)

    def forbids(self, path):
        """A path of a binary package is not that of the source, so the end of the pattern decides."""
        tails = ("*/" + "/".join(pattern.split("/")[-2:]) for pattern in self.others)
        return any(fnmatch.fnmatch("/" + path, tail) or fnmatch.fnmatch("/" + path, tail + "/*") for tail in tails)


def debian_copyright(folder):
    """The copyright of the source package in a folder, by its `.debian.tar` part; None when it has none."""
    for name in glob.glob(folder + "/*.debian.tar.*"):
        with tarfile.open(name, "r:*") as archive:
            for member in archive:
                if member.name.lstrip("./") == "debian/copyright" and member.isfile() and member.size < MAX_COPYRIGHT_BYTES:
                    return Copyright(io.TextIOWrapper(archive.extractfile(member), "utf-8", "replace").read())
    return None


if __name__ == "__main__":
    found = debian_copyright(sys.argv[1])
    sys.exit(0 if found is not None and found.is_permissive else 1)
