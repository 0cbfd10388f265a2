import { describe, expect, it } from "vitest";
import { queryOfComment } from "./comment-query.ts";

describe("a function's comment as a question", () => {
  const kept: [of: string, name: string, comment: string, query: string][] = [
    [
      "Javadoc",
      "drain",
      "  /**\n   * Moves what waits to the {@link Queue} of <b>finished</b> work.\n   * Twice as fast as {@code poll}.\n   *\n   * @param limit at most\n   */",
      "Moves what waits to the Queue of finished work. Twice as fast as poll.",
    ],
    [
      "JSDoc with its tag first",
      "width",
      "/**\n * @description Says how wide the\n * shown text is\n * @returns {number}\n */",
      "Says how wide the shown text is",
    ],
    [
      "Go",
      "ReadAll",
      "// ReadAll reads from the source until an error or its end.\n// Deprecated: no",
      "Reads from the source until an error or its end. Deprecated: no",
    ],
    [
      "Rust",
      "find",
      "    /// Looks the name up in [`Table`](crate::Table), `None` when absent.\n    ///\n    /// # Examples",
      "Looks the name up in Table, None when absent.",
    ],
    [
      "C#",
      "Save",
      '/// <summary>\n/// Saves the <paramref name="queue"/> of the <see cref="T:A.B.Worker"/> for later use.\n/// </summary>\n/// <param name="x">no</param>',
      "Saves the queue of the Worker for later use.",
    ],
    [
      "Python",
      "load",
      '    r"""Load the ``settings`` of a :class:`~pkg.Project` from disk.\n\n    More.\n    """',
      "Load the settings of a Project from disk.",
    ],
    [
      "Python, with sections",
      "load",
      '    """\n    Load the settings of one project from disk.\n    Args:\n        path: where\n    """',
      "Load the settings of one project from disk.",
    ],
    [
      "TomDoc",
      "sort",
      "# Public: Sort posts, pages, and static files.\n#\n# Returns nothing.",
      "Sort posts, pages, and static files.",
    ],
    [
      "Haskell",
      "fold",
      "-- | Combine all elements of the structure, lazily.",
      "Combine all elements of the structure, lazily.",
    ],
    [
      "Elixir",
      "upto",
      '  @doc """\n  Return the part of a pipeline up to a phase.\n  """',
      "Return the part of a pipeline up to a phase.",
    ],
    [
      "a name that is a verb",
      "Sort",
      "/// Sort this array by the second column.",
      "Sort this array by the second column.",
    ],
    [
      "a heading before it",
      "parse",
      "// ---------\n// Turns the text into a list of tokens.",
      "Turns the text into a list of tokens.",
    ],
    [
      "an address in its second sentence",
      "parse",
      "// Turns the text into a list of tokens. See https://example.invalid/x.",
      "Turns the text into a list of tokens.",
    ],
  ];
  it.each(kept)("reads %s", (_, name, comment, query) => {
    expect(queryOfComment({ name, comment })).toBe(query);
  });

  const refused: [why: string, name: string, comment: string][] = [
    ["too few words", "parse", "// parse it now"],
    ["work left to do", "parse", "// TODO make this work for lists of lists too"],
    [
      "the function's own name",
      "parseHeaders",
      "/** Like other functions, parseHeaders reads all the lines of a text. */",
    ],
    ["tags only", "parse", "/**\n * @param {string} text the text that shall be read\n */"],
    ["an inherited text", "parse", "/** {@inheritDoc} */"],
    ["code", "parse", "// if (a[i] == b[i]) { return f(a, b, c); } // and some words more here"],
    [
      "what the compiler says by itself",
      "Foo",
      '/// <summary>Initializes a new instance of the <see cref="Foo"/> class.</summary>',
    ],
    ["the beginning of a list", "parse", "// Reads a number that follows one of these rules:\n// - one\n// - two"],
    ["a note to those who change it", "parse", "// We do not want to call the server from here again"],
  ];
  it.each(refused)("asks nothing where it is %s", (_, name, comment) => {
    expect(queryOfComment({ name, comment })).toBeNull();
  });

  it("keeps whole sentences of a long paragraph", () => {
    const comment = `/** ${"This sentence says what is read from the source. ".repeat(20)}*/`;
    const query = queryOfComment({ name: "read", comment: comment.replace("This", "That") });
    expect(query).toMatch(/source\.$/);
    expect(query?.length).toBeLessThanOrEqual(300);
  });
});
