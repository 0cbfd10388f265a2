import { rename, writeFile } from "node:fs/promises";

/** Writes a file that everybody may read. By rename, because another process of the server may be reading it. Returns its path. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<string> {
  const temporary = `${path}.${process.pid}.${performance.now()}`;
  await writeFile(temporary, content, { mode: 0o644 });
  await rename(temporary, path);
  return path;
}
