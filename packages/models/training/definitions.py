"""Finds (comment, code, name) in a source file: a documentation comment and the definition that follows it, without the comment.

By patterns, not by grammars: a miss costs one pair of very many. Python is parsed with its own parser.
"""

import ast
import re

MAX_CODE = 2600
MAX_DECLARATION = 1500
KEYWORDS = "class|struct|interface|trait|enum|object|impl|type|record|protocol|union|namespace|module|mod|extension|actor|typedef"
FUNCTIONS = r"func|fn|function|fun|def|macro_rules!|macro|sub|async function"
MODIFIERS = (
    r"export|default|public|private|protected|internal|static|final|abstract|async|virtual|override|inline|const|unsafe|pub(?:\([^)]*\))?|"
    r"extern|sealed|open|suspend|data|case|implicit|lazy|readonly|declare|partial|constexpr|explicit|mutating|@\w+"
)
DECLARATION = re.compile(
    rf"^\s*(?:(?:{MODIFIERS})\s+)*(?:{FUNCTIONS}|{KEYWORDS}|const|let|var|val|template)\b|^\s*[\w$.\[\]\"'<>:*&, ~]+\s*[(=:]|"
    r"^\s*[\w:<>*&, ]+\s+\**\w+\s*[({;,]|^[\w\s*]+\(|^\s*\w+\s*[({]"
)
NO_DECLARATION = re.compile(
    r"^\s*(if|for|while|return|switch|else|case|break|continue|goto|throw|import|from|package|using|#include|use|require|await|delete|"
    r"yield|}|\)|\]|//|/\*|#(?!define))"
)
ATTRIBUTE_LINE = re.compile(r"^\s*(@[\w.]+(\(.*\))?\s*$|#\[.*\]\s*$|\[[\w.]+(\(.*\))?\]\s*$|[A-Z_]{6,}(\(.*\))?\s*$|template\s*<.*>\s*$)")
BLOCK_COMMENT = re.compile(r"/\*([*!]?)(.{0,4000}?)\*/([ \t]*\n)?", re.S)
BRACE_TOKEN = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n]){1,8}'|//[^\n]*|/\*.*?\*/|[{};]|\n[ \t]*\n", re.S)

BLOCK_COMMENT_LANGUAGES = {"c", "cpp", "java", "javascript", "typescript", "php", "kotlin", "scala", "csharp", "swift", "rust"}
LINE_COMMENTS = {
    "go": "//", "rust": "///", "csharp": "///", "swift": "///", "cpp": "//", "javascript": "//", "typescript": "//",
    "kotlin": "//", "scala": "//", "java": "//", "php": "//",
}
# Where "//" is used for remarks as much as for documentation: only short ones above something with a body.
LOOSE_LINE_COMMENTS = {"javascript", "typescript", "java", "php", "kotlin", "scala", "cpp"}
INDENTED = {
    "ruby": ("#", r"\s*(?:def|class|module)\s+([\w.:?!=]+)", r"end\b"),
    "lua": ("--", r"\s*(?:(?:local\s+)?function\s+([\w.:]+)|(?:local\s+)?([\w.:]+)\s*=\s*function)", r"end\b"),
    "bash": ("#", r"\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\))", r"[})]"),
    "perl": ("#", r"\s*sub\s+(\w+)", r"}"),
    "haskell": ("--", r"(?:(?:data|newtype|class|type|instance)\s+(\w+)|([a-z_][\w']*)\s*(?:::|$))", r"(?!)"),
}


def find(language, source):
    """Yields (comment, code, name, has_body)."""
    if language == "python":
        yield from in_python(source)
    elif language == "elixir":
        yield from in_elixir(source)
    elif language in INDENTED:
        yield from in_indented(language, source)
    if language in BLOCK_COMMENT_LANGUAGES:
        yield from after_block_comments(language, source)
    if language in LINE_COMMENTS:
        yield from after_line_comments(language, source)


def in_python(source):
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # The last: nested too deep.
        return
    lines = source.split("\n")
    waiting = [(tree, "")]
    while waiting:
        node, parent = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            waiting.append((child, child.name if isinstance(child, ast.ClassDef) else parent))
            comment = ast.get_docstring(child)
            if comment:
                docstring = child.body[0]
                code = lines[child.lineno - 1 : docstring.lineno - 1] + lines[docstring.end_lineno : child.end_lineno]
                # What is escaped in a docstring may be half of a character.
                comment = comment.encode("utf-8", "replace").decode()
                yield comment, "\n".join(code)[:MAX_CODE], f"{parent} {child.name}".strip(), len(code) > 2


def after_block_comments(language, source):
    for match in BLOCK_COMMENT.finditer(source):
        mark, comment, line_end = match.groups()
        if not line_end or len(comment) < 8 or (mark == "" and language not in ("c", "cpp")):
            continue
        found = definition_at(language, source, match.end())
        if found is None:
            continue
        # The kernel's and Qt's form: "name() - what it does".
        named = re.match(r"\s*\*?\s*([\w ]{1,60}?)(?:\(\))?\s+(?:-|--|:)\s+(.*)", comment, re.S) if mark and language in ("c", "cpp") else None
        yield (named.group(2) if named else comment), *found


def after_line_comments(language, source):
    lines = source.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    for start, end in comment_runs(lines, LINE_COMMENTS[language]):
        if end >= len(lines) or (language in LOOSE_LINE_COMMENTS and end - start > 12):
            continue
        found = definition_at(language, source, offsets[end])
        if found is None or (language in LOOSE_LINE_COMMENTS and not found[2]):
            continue
        comment = "\n".join(line.strip().lstrip("/!").strip() for line in lines[start:end])
        if language == "csharp":
            summary = re.search(r"<summary>(.*?)</summary>", comment, re.S)
            comment = (summary.group(1) if summary else comment).strip()
        yield comment, *found


def in_indented(language, source):
    prefix, definition, end_of_block = INDENTED[language]
    definition, end_of_block = re.compile(definition), re.compile(end_of_block)
    lines = source.split("\n")
    for start, end in comment_runs(lines, prefix):
        match = definition.match(lines[end]) if end < len(lines) else None
        if match is None:
            continue
        if language == "haskell":
            if not lines[start].lstrip().startswith(("-- |", "-- *|")):
                continue
            code = haskell_block(lines, end)
        elif language == "bash" and lines[end].rstrip().endswith("}"):
            code = lines[end]
        else:
            code = indented_block(lines, end, end_of_block)
        comment = "\n".join(re.sub(r"^\s*(#+|--+\s*\|?)\s?", "", line) for line in lines[start:end])
        yield comment, code[:MAX_CODE], next((name for name in match.groups() if name), ""), code.count("\n") > 1


def in_elixir(source):
    for match in re.finditer(r'@(doc|moduledoc|typedoc)\s+(?:~S)?"""\n(.*?)\n\s*"""\s*\n', source, re.S):
        rest = source[match.end() : match.end() + 6000]
        if match.group(1) == "moduledoc":
            module = re.search(r"defmodule\s+([\w.]+)", source)
            yield match.group(2), rest[:2200], module.group(1) if module else "", True
            continue
        definition = re.search(r"^\s*(?:defp?|defmacrop?|defmodule|defguard|@callback|@type)\s+([\w.?!]+)", rest, re.M)
        if definition is None or definition.start() > 500:
            continue
        following = re.search(r"\n\s*@(doc|spec|moduledoc|typedoc)", rest[definition.end() :])
        end = definition.end() + (following.start() if following else 1500)
        yield match.group(2), rest[:end][:MAX_CODE], definition.group(1), True


def comment_runs(lines, prefix):
    """(start, end) of runs of comment lines, half-open."""
    start = 0
    while start < len(lines):
        if not lines[start].lstrip().startswith(prefix):
            start += 1
            continue
        end = start
        while end < len(lines) and lines[end].lstrip().startswith(prefix):
            end += 1
        yield start, end
        start = end


def definition_at(language, source, position):
    """(code, name, has_body) of the declaration that starts here, attributes before it included; None when nothing is declared."""
    at, line = position, first_line(source, position)
    for _ in range(6):
        if line is None or not ATTRIBUTE_LINE.match(line):
            break
        at += len(line) + 1
        line = first_line(source, at)
    if line is None or not line.strip() or not declares(line):
        return None
    code, has_body = braced_code(source, position)
    signature = re.sub(r"^\s*(@\w+(\([^)]*\))?|#\[[^\]]*\])\s*", "", source[at : at + 400]).strip()
    return code, name_in(language, signature), has_body


def declares(line):
    """Two spaces are as good as more to these patterns, and many would take them very long."""
    start = re.sub("   +", "  ", line)[:MAX_DECLARATION]
    return not NO_DECLARATION.match(start) and DECLARATION.match(start) is not None


def first_line(source, position):
    end = source.find("\n", position)
    return None if end < 0 else source[position:end]


def braced_code(source, position):
    """The code up to the end of the definition (braces balanced, or the first ";" or empty line outside of them), and whether it had any."""
    depth = 0
    end = min(len(source), position + MAX_CODE)
    for match in BRACE_TOKEN.finditer(source, position, end):
        token = match.group()
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
            if depth <= 0:
                return source[position : match.end() if depth == 0 else match.start()], True
        elif token == ";" and depth == 0:
            return source[position : match.end()], False
        elif token[0] == "\n" and depth == 0:
            return source[position : match.start()], False
    return source[position:end], depth > 0


def indented_block(lines, start, end_of_block, most=70):
    indentation = len(lines[start]) - len(lines[start].lstrip())
    block = [lines[start]]
    for line in lines[start + 1 : start + most]:
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth < indentation:
            break
        block.append(line)
        if line.strip() and depth == indentation and end_of_block.match(line.strip()):
            break
    return "\n".join(block)


def haskell_block(lines, start, most=45):
    block = [lines[start]]
    for index in range(start + 1, min(len(lines), start + most)):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if lines[index].startswith("--") or (lines[index] == "" and following.startswith(("--", "{-"))):
            break
        block.append(lines[index])
    return "\n".join(block)


def name_in(language, signature):
    if language == "go":
        method = re.match(r"func\s*(?:\(\s*\w*\s*\*?\s*([\w\[\], ]+)\s*\)\s*)?(\w+)", signature)
        if method:
            return ((method.group(1) or "").split("[")[0] + " " + method.group(2)).strip()
        other = re.match(r"(?:type|var|const)\s+(\w+)", signature)
        return other.group(1) if other else ""
    function = re.search(rf"\b(?:{FUNCTIONS})\s+\*?([\w.$:]+[?!=]?)", signature)
    kind = re.search(rf"\b(?:{KEYWORDS})\s+(?:class\s+)?([\w.$:]+)", signature)
    if function and (not kind or function.start() <= kind.start()):
        return function.group(1)
    if kind and "(" not in signature[: kind.start()]:
        return kind.group(1)
    called = re.search(r"([~\w$:.]+)\s*(?:<[^<>()]*>)?\s*\(", signature)
    if called and called.group(1) not in ("if", "for", "while", "switch", "return", "sizeof", "catch", "function"):
        return called.group(1)
    assigned = re.search(r"([\w$.]+)\s*[:=]", signature) or re.search(r"([A-Za-z_]\w+)\s*[;,{]", signature)
    return assigned.group(1) if assigned else ""
