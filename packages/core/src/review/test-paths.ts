// Which paths are tests, and of what, by their names in the languages' usual ways. Looks into no file.
const testFolder = /(?:^|\/)(?:tests?|__tests__|specs?)\//i;
const testName =
  /^(?:tests?_.*|.*_tests?|.*[._-](?:test|spec)|tests?|.*(?:[a-z0-9])(?:Test|Tests|Spec|IT))\.[A-Za-z0-9]+$|^conftest\.py$/;
const codeLanguages = new Set(
  "bash c cpp csharp elixir go haskell java javascript kotlin lua php python ruby rust scala swift typescript zig".split(
    " ",
  ),
);
/** Names that say nothing of what is in the file. */
const generalStems = new Set(["index", "main", "mod", "lib", "__init__", "__main__", "init", "package", "setup"]);

export function isTestPath(path: string): boolean {
  return testName.test(nameOf(path)) || testFolder.test(path);
}

export function isCode(language: string): boolean {
  return codeLanguages.has(language);
}

/** The word by which tests speak of a source file; null where its name says too little. */
export function subjectOf(path: string): string | null {
  const parts = path.split("/");
  const stem = nameOf(path).replace(/\.[^.]*$/, "");
  const subject = generalStems.has(stem.toLowerCase()) ? (parts.at(-2) ?? "") : stem;
  return subject.length < 3 || generalStems.has(subject.toLowerCase()) ? null : subject;
}

/** What a test file is a test of, by its name alone; null for one that says nothing. */
export function subjectOfTest(path: string): string | null {
  const stem = nameOf(path).replace(/\.[^.]*$/, "");
  const subject = stem.replace(/^tests?_/i, "").replace(/(?:[._-](?:tests?|spec)|Tests?|Spec|IT)$/, "");
  return subject === "" || /^tests?$/i.test(subject) ? null : subject;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
