import { getLanguage } from "@outpost/indexer";
import { describe, expect, it } from "vitest";
import { takeOutComments } from "./function-comments.ts";

/** One function, that begins and is named at the lines that hold these texts. */
function takeOut(language: string, text: string, start: string, end: string, named = start) {
  const lines = text.split("\n");
  const lineOf = (part: string) => lines.findIndex((line) => line.includes(part)) + 1;
  const each = { startLine: lineOf(start), endLine: lineOf(end), line: lineOf(named) };
  const { text: without, comments } = takeOutComments(text, getLanguage(language), [each]);
  return { without, comment: comments[0] ?? null };
}

describe("taking a function's comment out", () => {
  it("takes the lines right above, and leaves what a blank line parts from it", () => {
    const text = "// Licence.\n\n// Adds one.\n// Twice.\nfunc Add() {\n\treturn // here\n}\n";
    expect(takeOut("go", text, "func Add", "}")).toEqual({
      without: "// Licence.\n\nfunc Add() {\n\treturn // here\n}\n",
      comment: "// Adds one.\n// Twice.",
    });
  });

  it("looks past attributes and decorators", () => {
    const rust = "/// Adds one.\n#[inline]\n#[must_use]\nfn add() {\n}\n";
    expect(takeOut("rust", rust, "fn add", "}")).toEqual({
      without: "#[inline]\n#[must_use]\nfn add() {\n}\n",
      comment: "/// Adds one.",
    });
    const script = "class A {\n  /** Adds one. */\n  @memo(1)\n  add() {\n  }\n}\n";
    expect(takeOut("typescript", script, "add()", "  }").without).toBe("class A {\n  @memo(1)\n  add() {\n  }\n}\n");
  });

  it("does not take a string for a comment, nor code beside a comment", () => {
    const inString = "const a = `\n// no comment\n`;\nfunction add() {\n}\n";
    expect(takeOut("javascript", inString, "function add", "}").comment).toBeNull();
    const beside = "const a = 1; // one\nfunction add() {\n}\n";
    expect(takeOut("javascript", beside, "function add", "}")).toEqual({ without: beside, comment: null });
    const after = "/* one */ const a = 1;\nfunction add() {\n}\n";
    expect(takeOut("javascript", after, "function add", "}").comment).toBeNull();
  });

  it("finds docstrings behind long heads, and what stands above such a function as well", () => {
    const text =
      '# Above.\n@decorated\ndef add(\n    a="x",  # a: note\n) -> int:\n\n    """Adds one.\n\n    More.\n    """\n    return a\n';
    expect(takeOut("python", text, "def add", "return a")).toEqual({
      without: '@decorated\ndef add(\n    a="x",  # a: note\n) -> int:\n\n    return a\n',
      comment: '    """Adds one.\n\n    More.\n    """',
    });
  });

  it("leaves a function that has nothing but a docstring something to do", () => {
    const text = 'class A:\n    def add(self):\n        """Adds one."""\n\n    x = 1\n';
    expect(takeOut("python", text, "def add", '"""').without).toBe(
      "class A:\n    def add(self):\n        pass\n\n    x = 1\n",
    );
  });

  it("takes no other string of a body for a docstring", () => {
    const text = 'def add(a):\n    if a:\n        """no"""\n    return a\n';
    expect(takeOut("python", text, "def add", "return a").comment).toBeNull();
  });

  it("knows the comments of other languages", () => {
    const elixir = '  @doc """\n  Adds one.\n  """\n  @spec add(integer) :: integer\n  def add(a) do\n  end\n';
    expect(takeOut("elixir", elixir, "def add", "end")).toEqual({
      without: "  @spec add(integer) :: integer\n  def add(a) do\n  end\n",
      comment: '  @doc """\n  Adds one.\n  """',
    });
    expect(takeOut("haskell", "-- | Adds one.\nadd a = a\n", "add a", "add a").comment).toBe("-- | Adds one.");
    expect(takeOut("bash", "#!/bin/sh\nadd() {\n}\n", "add()", "}").comment).toBeNull();
  });
});
