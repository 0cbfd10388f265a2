// Finds files and lines that a query names: paths in prose, `file:line`, and the frames of stack traces in their common spellings.

export interface FileMention {
  /** As written, with "/" between parts and without "./" before it. It may be longer than a path of the index (absolute) or shorter. */
  path: string;
  /** 1-based; null when none is given. */
  line: number | null;
}

const maxMentions = 16;
/** File "a/b.py", line 12 */
const pythonFrame = /File "([^"\n]{1,300})", line (\d{1,7})/g;
/** a/b.ts:12:5, a/b.c:12, a/b.ts(12,5), a/b.py; a bare name counts when it has an extension of letters. */
const pathLike =
  /((?:[\w@.+~-]{1,80}[/\\]){0,20}[\w@+~-][\w@.+~-]{0,80}\.[a-zA-Z][a-zA-Z0-9]{0,7})(?::(\d{1,7})|\((\d{1,7})[,)])?/g;

export function findFileMentions(query: string): FileMention[] {
  const mentions = new Map<string, FileMention>();
  const add = (path: string, line: string | undefined) => {
    if (mentions.size >= maxMentions) return;
    const mention = {
      path: path.replaceAll("\\", "/").replace(/^(?:\.{0,2}\/)+/, ""),
      line: line === undefined ? null : Number(line),
    };
    mentions.set(`${mention.path}:${mention.line}`, mention);
  };
  const rest = query.replace(pythonFrame, (_, path: string, line: string) => {
    add(path, line);
    return " ";
  });
  for (const match of rest.matchAll(pathLike)) add(match[1] ?? "", match[2] ?? match[3]);
  return [...mentions.values()];
}

/** Whether a mention means this path of the index: equal, or one ends with the other at a "/". */
export function isMentioned(mention: FileMention, path: string): boolean {
  const written = mention.path;
  return written === path || path.endsWith(`/${written}`) || written.endsWith(`/${path}`);
}
