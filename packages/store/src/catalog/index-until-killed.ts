// A process for the test of two processes: shows the same files again and again, each round with new blobs, and says each round once
// it is shown. Arguments: the database, the number of files.
import { writeSync } from "node:fs";
import { openSqliteCatalogWriter } from "./sqlite-catalog-writer.ts";

const [, , path = "", files = "0"] = process.argv;
const paths = Array.from({ length: Number(files) }, (_, index) => `src/file-${index}.py`);
const chunk = { startLine: 1, endLine: 1, kind: "block", symbol: null, scope: [], definitions: [] };
const vectors = [Int8Array.of(1, 2, 3, 4)];
const terms = [{ hashes: Uint32Array.of(1), frequencies: Uint8Array.of(1) }];

const writer = await openSqliteCatalogWriter({ path });
await writer.open({ embedder: "e", dimensions: 4, chunker: "c", filePolicy: "p" });
for (;;) {
  const round = process.hrtime.bigint();
  const set = paths.map((file, index) => ({ path: file, blob: `${round}-${index}` }));
  await writer.putEntries(
    set.map((pair) => ({
      parsed: {
        blob: pair.blob,
        language: "python",
        text: `${round}\n`.repeat(50),
        chunks: [chunk],
        hasParseErrors: false,
      },
      entry: { ...pair, terms, vectors },
    })),
  );
  const change = { viewId: "checkout:rep_1", base: null, replace: true, set, removed: [], skipped: [] };
  const { version } = await writer.changeView({ ...change, complete: true, commit: String(round), nowMs: 0 });
  await writer.collectOrphans(1_000);
  writeSync(1, `${version}\n`);
}
