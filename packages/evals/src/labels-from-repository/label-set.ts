// Where a label file and its checkout lie, below one folder that a person names: `labels/NAME.json` and `checkouts/NAME/…`. A checkout
// appears whole or not at all, and never in place of something else.
import { mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { OutpostError } from "@outpost/protocol";
import type { LabelFile } from "./label-file.ts";

export interface LabelSet {
  labels: string;
  checkouts: string;
  labelPath: string;
  checkoutPath: string;
}

/** `root`: of the repository, in which nothing may be written. */
export async function planLabelSet(out: string, name: string, root: string): Promise<LabelSet> {
  if (!/^[\w][\w.+-]{0,99}$/.test(name)) {
    throw new OutpostError("invalid_input", `name "${name}" is no name of a file; name one with --name`);
  }
  const inside = relative(await realpath(root), await resolveReal(resolve(out)));
  if (inside === "" || !(inside.startsWith("..") || resolve(inside) === inside)) {
    throw new OutpostError(
      "invalid_input",
      `"${out}" lies in the repository, which is not written to; name another --out`,
    );
  }
  const labels = join(out, "labels");
  const checkouts = join(out, "checkouts");
  const set = { labels, checkouts, labelPath: join(labels, `${name}.json`), checkoutPath: join(checkouts, name) };
  if ((await listed(labels)).includes(`${name}.json`)) throw taken(set.labelPath);
  if ((await listed(set.checkoutPath)).length > 0) throw taken(set.checkoutPath);
  return set;
}

/** `fill` writes the files into the folder it is given and says what is asked about them. What fails leaves nothing. */
export async function writeLabelSet(set: LabelSet, fill: (folder: string) => Promise<LabelFile>): Promise<LabelFile> {
  await mkdir(set.checkouts, { recursive: true });
  await mkdir(set.labels, { recursive: true });
  const folder = await mkdtemp(join(set.checkouts, `.${basename(set.checkoutPath)}-`));
  try {
    const labels = await fill(folder);
    await rename(folder, set.checkoutPath);
    await writeFile(set.labelPath, `${JSON.stringify(labels, null, 1)}\n`, { flag: "wx" });
    return labels;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function listed(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw taken(folder);
    throw error;
  });
}

function taken(path: string): OutpostError {
  return new OutpostError("conflict", `"${path}" is there already; remove it, or name another --out or --name`);
}

/** Also of a path that is not there yet. */
async function resolveReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await resolveReal(parent), basename(path));
  }
}
