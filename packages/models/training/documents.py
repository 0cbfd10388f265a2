"""Cleans the documentation comment of a definition into one plain sentence or a few, as somebody would ask for it."""

import re

MAX_CHARACTERS = 420
LINE_PREFIX = re.compile(r"^\s*(\*+(?!/)|///?/?|//!|#+|--+\|?|;+|%+)?\s?")
SUMMARY_TAG = re.compile(r"^[@\\](brief|summary|description|desc|short|details?|doc)\b\s*:?\s*(.*)$")
NAMING_TAG = re.compile(
    r"^[@\\](fn|class|struct|file|function|method|name|ingroup|addtogroup|defgroup|relates|overload|namespace|memberof|alias|static|"
    r"private|public|protected|async|constructor|template|typedef|module|export|api|property|enum|var|def|internal|since)\b"
)
END_OF_PROSE = re.compile(
    r"^([@\\:]\w+|Args?\s*:|Arguments?\s*:|Parameters?\b\s*:?$|Returns?\s*:|Return value|Raises\s*:|Examples?\b\s*:?|Usage\s*:|See [Aa]lso|"
    r"Note[s:]|>>>|```|~~~|#+ |-{3,}|={3,}|<pre|<code>|\.\. )"
)
MARKUP = [
    (re.compile(r"\{@\w+\s+([^}]*)\}"), r"\1"),
    (re.compile(r'<see(?:also)?\s+(?:cref|langword|href)="(?:\w:)?([^"]*)"\s*/?>'), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,80}>"), " "),
    (re.compile(r":\w+:`~?([^`]*)`"), r"\1"),
    (re.compile(r"[`*]{1,3}"), ""),
    (re.compile(r"https?://\S+"), ""),
    (re.compile(r"\s+"), " "),
]
NO_PROSE = re.compile(
    r"(copyright|licen[sc]e|spdx|all rights reserved|^todo\b|^fixme\b|^xxx\b|eslint|@ts-|jshint|istanbul|nolint|clang-format|noinspection|"
    r"^vim:|^-\*-|pylint|^end of|^#?(if|endif|ifdef)\b|inheritdoc|^see\b.{0,40}$|^\d+\.|^=+|deprecated)",
    re.I,
)


def clean(comment):
    """The prose at the beginning of a comment: marks, tags and markup removed, cut at the first parameter list, example or empty line."""
    lines = [LINE_PREFIX.sub("", line).rstrip(" */").strip() for line in comment.replace("\r", "").replace("\t", " ").split("\n")]
    prose = []
    for line in lines:
        tag = SUMMARY_TAG.match(line)
        if tag:
            line = tag.group(2)
            if prose and not line:
                break
        elif not prose and NAMING_TAG.match(line):
            continue
        elif END_OF_PROSE.match(line):
            if prose:
                break
            continue
        if line:
            prose.append(line)
        elif prose:
            break
    text = " ".join(prose)
    for pattern, replacement in MARKUP:
        text = pattern.sub(replacement, text)
    return text.strip()[:MAX_CHARACTERS]


def is_prose(text):
    """Whether it says something: long enough, mostly letters, no licence, no marker for a tool, no commented-out code."""
    if len(text) < 16 or NO_PROSE.search(text[:200]) or len(re.findall(r"[A-Za-z]{2,}", text)) < 3:
        return False
    if sum(character.isalpha() or character == " " for character in text) < 0.75 * len(text):
        return False
    if sum(ord(character) > 127 for character in text) > 0.05 * len(text):
        return False
    return not re.search(r"[;{}]\s*$", text) and text.count("=") <= 2 and text.count("(") <= 6
