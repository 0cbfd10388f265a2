// Which of the given arguments a property of a schema means: its own name, another spelling, or the name that other agents' tools have
// for the same thing. Pure. Invariant: a given name that the schema knows is never taken for another property.

/** Names of one thing, without case, dashes and underscores. */
const things: readonly (readonly string[])[] = [
  [
    ...["path", "file", "filename", "filepath", "targetfile", "absolutepath", "relativepath", "fullpath", "pathname"],
    ...["directory", "dir", "folder", "directorypath", "dirpath", "folderpath", "targetdirectory"],
  ],
  ["content", "contents", "text", "filetext", "filecontent", "filecontents", "body", "newcontent", "data", "code"],
  [
    "old",
    "oldstring",
    "oldstr",
    "oldtext",
    "oldcode",
    "oldcontent",
    "search",
    "find",
    "searchtext",
    "original",
    "before",
  ],
  [
    ...["new", "newstring", "newstr", "newtext", "newcode", "newcontent", "replace", "replacement", "replacewith"],
    ...["replacetext", "updated", "after"],
  ],
  ["all", "replaceall", "global"],
  ["command", "cmd", "argv", "commandline", "shellcommand", "script"],
  [
    "query",
    "pattern",
    "q",
    "regex",
    "regexp",
    "searchquery",
    "searchterm",
    "searchstring",
    "search",
    "keyword",
    "glob",
  ],
  ["paths", "directories", "files", "folders", "dirs"],
  ["offset", "startline", "start", "fromline", "linestart"],
  ["endline", "end", "toline", "lineend"],
  ["limit", "maxlines", "numlines", "linecount", "maxresults"],
  ["edits", "changes", "replacements"],
  ["summary", "answer", "result", "finalanswer", "response"],
  ["question", "prompt"],
];

export const commandNames: ReadonlySet<string> = new Set(things[5]);

export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/** Property → the given name that stands for it. Given names that mean nothing are left out. */
export function matchNames(properties: readonly string[], given: readonly string[]): Map<string, string> {
  const known = new Set(properties);
  const free = new Set(given.filter((name) => !known.has(name)));
  const matches = new Map(properties.filter((name) => given.includes(name)).map((name) => [name, name]));
  const claim = (property: string, names: ReadonlySet<string>) => {
    if (matches.has(property)) return;
    const found = [...free].find((name) => names.has(plainName(name)));
    if (found === undefined) return;
    free.delete(found);
    matches.set(property, found);
  };
  for (const property of properties) claim(property, new Set([plainName(property)]));
  for (const property of properties) claim(property, namesOf(plainName(property)));
  return matches;
}

function namesOf(property: string): ReadonlySet<string> {
  return new Set(things.filter((names) => names.includes(property)).flat());
}
