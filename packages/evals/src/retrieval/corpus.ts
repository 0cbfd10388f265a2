// The files of one checkout that are searched: text that the file policy lets through, under the benchmark's root or all of it.
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createFilePolicy } from "@outpost/indexer";

export interface CorpusFile {
  /** Relative to the checkout, with "/" between parts. */
  path: string;
  text: string;
  blob: string;
}

export async function readCorpus(checkout: string, root: string): Promise<CorpusFile[]> {
  const policy = createFilePolicy();
  const files: CorpusFile[] = [];
  for (const path of await listFiles(checkout, root)) {
    const size = await stat(join(checkout, path)).then((found) => found.size, passOver);
    if (size === undefined || policy.checkListed({ path, bytes: size }) !== null) continue;
    const content = await readFile(join(checkout, path)).catch(passOver);
    if (content === undefined) continue;
    if (policy.checkContent(path, content) !== null) continue;
    files.push({ path, text: content.toString("utf8"), blob: createHash("sha1").update(content).digest("hex") });
  }
  return files;
}

/** As an index does: files whose names are not UTF-8, that are gone, or that may not be read. */
function passOver(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "EACCES") throw error;
}

async function listFiles(checkout: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(checkout, folder), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules") {
      paths.push(...(await listFiles(checkout, path)));
    } else if (entry.isFile()) paths.push(path);
  }
  return paths;
}
