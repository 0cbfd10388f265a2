// Finds files and lines that a query names: paths in prose, `file:line`, and the frames of stack traces in their common spellings.

export interface FileMention {
  /** As written, with "/" between parts and without "./" before it. It may be longer than a path of the index (absolute) or shorter. */
  path: string;
  /** 1-based; null when none is given. */
  line: number | null;
}

/** Those with a line come first: what a trace says besides are names with dots, and its frames may be the first or the last ones. */
const maxMentions = 64;
/** File "a/b.py", line 12 */
const pythonFrame = /File "([^"\n]{1,300})", line (\d{1,7})/g;
const letters = String.raw`\p{L}\p{N}\p{M}_@+~\-`;
/** Folders and files that stand for a part of an address: [id], (admin). */
const bracketed = String.raw`\[[\w.-]{1,60}\]|\([\w.-]{1,60}\)`;
const folderPart = `(?:[${letters}.]{1,80}|${bracketed})`;
const namePart = String.raw`(?:[${letters}][${letters}.]{0,80}|\[[\w.-]{1,60}\])`;
/** a/b.ts:12:5, a/b.hs:(12,1), a/b.cs:line 12, a/b.c:12, a/b.ts(12,5), a/b.php on line 12, a/b.rb#L12, "a/b.ml", line 12 */
const lineAfter = [
  String.raw`:\(?(\d{1,7})`,
  String.raw`\((\d{1,7})[,)]`,
  String.raw`#L(\d{1,7})`,
  String.raw`["'\u0060]?[,:]? ?(?:on |at |in )?lines? (\d{1,7})`,
].join("|");
/** A bare name counts when it has an extension of letters. */
const pathLike = new RegExp(
  String.raw`((?:${folderPart}[/\\]){0,20}${namePart}\.[a-zA-Z][a-zA-Z0-9]{0,7})(?:${lineAfter})?`,
  "gu",
);

export function findFileMentions(query: string): FileMention[] {
  const mentions = new Map<string, FileMention>();
  const add = (path: string, line: string | undefined) => {
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
  for (const [, path, ...lines] of rest.matchAll(pathLike))
    add(
      path ?? "",
      lines.find((line) => line !== undefined),
    );
  const isPlace = ({ line }: FileMention) => line !== null;
  const all = [...mentions.values()];
  return [...all.filter(isPlace), ...all.filter((mention) => !isPlace(mention))].slice(0, maxMentions);
}

/** What package managers put behind the name of a folder: activerecord-7.0.4, chi@v5.0.8. */
const versionOfFolder = /[-@]v?\d[\w.+-]{0,40}$/;

export interface PathMatch {
  /** Parts that both end with, the name included. */
  commonParts: number;
  /** 1, or what the common parts are of the path. */
  share: number;
}

/**
 * How a mention means this path of the index: in full when they are equal or one ends with the other at a "/"; in part when they share
 * the name and the folder around it, since what is installed lies elsewhere than its source (site-packages/click/core.py is
 * src/click/core.py); else undefined.
 */
export function matchMention({ path: written }: FileMention, path: string): PathMatch | undefined {
  let [writtenEnd, pathEnd] = [written.length, path.length];
  // From the end, since most files of a name differ in the folder around them: a name may be that of thousands.
  for (let commonParts = 0; ; commonParts += 1) {
    const writtenStart = written.lastIndexOf("/", writtenEnd - 1) + 1;
    const pathStart = path.lastIndexOf("/", pathEnd - 1) + 1;
    const part = path.slice(pathStart, pathEnd);
    if (!isSamePart(written.slice(writtenStart, writtenEnd), part, commonParts > 0))
      return commonParts < 2 ? undefined : { commonParts, share: commonParts / path.split("/").length };
    if (writtenStart === 0 || pathStart === 0) return { commonParts: commonParts + 1, share: 1 };
    writtenEnd = writtenStart - 1;
    pathEnd = pathStart - 1;
  }
}

function isSamePart(written: string, part: string, isFolder: boolean): boolean {
  if (written === part) return true;
  return isFolder && written.startsWith(part) && written.replace(versionOfFolder, "") === part;
}
