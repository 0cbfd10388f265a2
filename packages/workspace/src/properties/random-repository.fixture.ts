// For the property tests: trees and edits of them, and what a directory holds, with stamps that tell whether a path was ever written.
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Latin-1 text: any bytes. */
export type RandomFile = { kind: "file" | "exec" | "link"; text: string };
export type RandomTree = Record<string, RandomFile>;

/** Without paths that are directories of others. */
export function plain(entries: readonly [string, RandomFile][]): RandomTree {
  const tree: RandomTree = {};
  for (const [at, entry] of entries)
    if (!Object.keys(tree).some((other) => other.startsWith(`${at}/`) || at.startsWith(`${other}/`))) tree[at] = entry;
  return tree;
}

/** One edit: 0–2 changes some lines, 3 replaces the file, 4 removes it, 5 and more leaves it. */
export interface RandomEdit {
  what: number;
  at: number;
  lines: string[];
  other: RandomFile;
}
export function editText(before: string, { what, at, lines }: RandomEdit): string {
  const all = before.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
  const place = at % (all.length + 1);
  return all.toSpliced(place, what === 0 ? 0 : what, ...lines).join("");
}

export function editTree(base: RandomTree, edits: readonly RandomEdit[], added: RandomTree): RandomTree {
  const kept: [string, RandomFile][] = [];
  for (const [index, [at, entry]] of Object.entries(base).entries()) {
    const edit = edits[index % edits.length];
    if (!edit || edit.what > 4) kept.push([at, entry]);
    else if (edit.what === 3) kept.push([at, edit.other]);
    else if (edit.what < 3)
      kept.push([at, entry.kind === "link" ? entry : { ...entry, text: editText(entry.text, edit) }]);
  }
  return plain([...kept, ...Object.entries(added)]);
}

export function writeFiles(root: string, tree: RandomTree): void {
  for (const [at, { kind, text: content }] of Object.entries(tree)) {
    const place = join(root, at);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    if (kind === "link") symlinkSync(content, place);
    else {
      writeFileSync(place, Buffer.from(content, "latin1"));
      chmodSync(place, kind === "exec" ? 0o755 : 0o644);
    }
  }
}

export function replaceFiles(root: string, before: RandomTree, after: RandomTree): void {
  for (const at of Object.keys(before)) if (!after[at]) rmSync(join(root, at));
  writeFiles(
    root,
    Object.fromEntries(
      Object.entries(after).filter(([at, entry]) => JSON.stringify(before[at]) !== JSON.stringify(entry)),
    ),
  );
}

export interface Seen {
  file: RandomFile;
  /** Another one when the path was written, whatever was written. */
  stamp: string;
}

/** Everything below the root but the repository's own git directory; nested repositories' are looked at. */
export function look(root: string, below = ""): Record<string, Seen> {
  const seen: Record<string, Seen> = {};
  for (const entry of readdirSync(join(root, below))) {
    const at = below === "" ? entry : `${below}/${entry}`;
    if (at === ".git") continue;
    const found = lstatSync(join(root, at), { bigint: true });
    const stamp = `${found.ino}:${found.ctimeNs}:${found.mode}`;
    if (found.isDirectory()) Object.assign(seen, look(root, at));
    else if (found.isSymbolicLink())
      seen[at] = { file: { kind: "link", text: readlinkSync(join(root, at), "latin1") }, stamp };
    else {
      const kind = (found.mode & 0o100n) === 0n ? "file" : "exec";
      seen[at] = { file: { kind, text: readFileSync(join(root, at), "latin1") }, stamp };
    }
  }
  return seen;
}

export function filesOf(seen: Record<string, Seen>): RandomTree {
  return Object.fromEntries(Object.entries(seen).map(([at, { file: found }]) => [at, found]));
}

export function copyDirectory(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}
