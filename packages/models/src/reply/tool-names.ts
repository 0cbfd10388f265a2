// Which declared tool a model means by a name: its own name in another spelling or behind a prefix, or the name that other agents give
// to a tool of the same kind. Pure. Invariant: a name that fits two declared tools fits none, and what comes out is always declared.

/** Names of one kind of tool, without case, dashes and underscores. A declared tool of the kind is what any of them means. */
const kinds: Record<string, readonly string[]> = {
  run: [
    ...["runcommand", "runshellcommand", "shell", "shellcommand", "bash", "sh", "exec", "execcommand", "execute"],
    ...["executecommand", "runbash", "runbashcommand", "runterminalcmd", "runterminalcommand", "runinterminal"],
    ...["terminal", "command", "cmd", "localshell", "containerexec", "executebash", "executeshell", "runcmd"],
    ...["executeshellcommand", "shellexec", "runshell", "bashcommand"],
  ],
  read: [
    ...["readfile", "read", "cat", "openfile", "viewfile", "view", "showfile", "getfile", "getfilecontent"],
    ...["getfilecontents", "readfilecontent", "readfilecontents", "fileread", "loadfile"],
  ],
  write: [
    ...["writefile", "write", "createfile", "savefile", "writetofile", "filewrite", "newfile", "overwritefile"],
    ...["createorwritefile", "writetextfile", "create"],
  ],
  edit: [
    ...["editfile", "edit", "replace", "strreplace", "replaceinfile", "searchreplace", "searchandreplace", "applyedit"],
    ...["fileedit", "modifyfile", "stringreplace", "replacestring", "replacestringinfile", "replacetext"],
  ],
  multiEdit: ["multiedit", "multieditfile", "multireplace", "editmultiple"],
  list: [
    ...["listdir", "listdirectory", "ls", "listfiles", "listfolder", "readdir", "readdirectory", "dir", "listpath"],
    ...["listdirectorycontents", "listfilesindirectory", "listdirectoryfiles"],
  ],
  search: ["search", "searchcode", "codesearch", "codebasesearch", "searchcodebase", "semanticsearch", "codebasequery"],
  grep: [
    ...["grep", "grepcode", "grepsearch", "ripgrep", "rg", "searchtext", "searchfilecontent", "searchfilecontents"],
    ...["searchfiles", "findinfiles", "searchincode", "textsearch"],
  ],
  find: ["findfiles", "glob", "globfiles", "filesearch", "findfile", "findbyname", "searchfilenames", "globsearch"],
  test: ["runtests", "runtest", "test", "tests", "executetests"],
  finish: ["finish", "done", "complete", "attemptcompletion", "taskcomplete", "submit", "finalanswer", "taskdone"],
  ask: ["askuser", "ask", "askfollowupquestion", "askhuman", "askquestion", "requestuserinput"],
  diff: ["gitdiff", "diff", "showdiff", "viewdiff"],
  status: ["gitstatus", "status"],
  log: ["gitlog", "log"],
  commit: ["gitcommit", "commit"],
};

/** A tool of the second kind does what is asked of the first, where there is none of the first. */
const related: Record<string, string> = { grep: "search", search: "grep" };

const readingWords = new Set([
  ...["read", "list", "ls", "search", "grep", "find", "get", "show", "view", "cat", "glob", "diff", "status", "log"],
  ...["look", "open", "stat", "describe", "inspect", "lookup", "fetch", "query"],
]);
const changingWords = new Set([
  ...["write", "edit", "create", "delete", "remove", "run", "exec", "execute", "shell", "bash", "command", "commit"],
  ...["apply", "patch", "move", "rename", "replace", "insert", "append", "update", "set", "push", "install", "save"],
]);

/** Whether a tool may change something, by the words of its name. A name that says nothing may. */
export function mayChange(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => changingWords.has(word)) || !words.some((word) => readingWords.has(word));
}

export function createNameResolver(declared: readonly string[]): (name: string) => string | undefined {
  const exact = new Set(declared);
  const bySpelling = groupUnique(declared, plain);
  const byKind = groupUnique(declared, (name) => kindOf(plain(name)));
  return (name) => {
    if (exact.has(name)) return name;
    for (const spelling of spellings(name)) {
      if (exact.has(spelling)) return spelling;
      const word = plain(spelling);
      const kind = kindOf(word);
      const found = bySpelling.get(word) ?? byKind.get(kind) ?? byKind.get(related[kind] ?? "none");
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** The name without what servers and templates leave around it, then without its prefixes. */
function spellings(name: string): string[] {
  const bare = name
    .slice(0, 200)
    .trim()
    .replace(/<[|｜].*$/s, "")
    .replaceAll(/^["'`*]+|["'`*]+$/g, "")
    .replace(/:\d+$/, "")
    .replace(/\(\s*\)$/, "")
    .trim();
  const last = bare.split(/[./:]|__/).at(-1) ?? "";
  const all = [
    bare,
    last,
    last.replace(/^(?:tool|function|call|default_api)[_-]/i, ""),
    last.replace(/[_-]?tool$/i, ""),
  ];
  return [...new Set(all)].filter((spelling) => spelling !== "");
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

const kindByName = new Map(
  Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
);

function kindOf(word: string): string {
  return kindByName.get(word) ?? "";
}

/** Keys that exactly one name has. */
function groupUnique(names: readonly string[], key: (name: string) => string): Map<string, string> {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(key(name), [...(groups.get(key(name)) ?? []), name]);
  const unique = [...groups].filter(([word, group]) => word !== "" && group.length === 1);
  return new Map(unique.map(([word, group]) => [word, group[0] ?? ""]));
}
