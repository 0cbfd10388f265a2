// Reports on disk: `reviews/ID.json` and `reviews/ID.md` in the data directory. They can be made again from the log, so a lost one is no loss.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError, type ReviewDocument, ReviewId, ReviewReport } from "@outpost/protocol";

const kept = 60;

export interface ReportFiles {
  has(id: string): Promise<boolean>;
  write(document: ReviewDocument): Promise<void>;
  /** `latest` for the newest. Rejects with `not_found`. */
  read(id: string): Promise<ReviewDocument>;
  /** Newest first; what cannot be read is passed over. */
  list(): Promise<ReviewReport[]>;
}

export function openReportFiles(directory: string): ReportFiles {
  const pathOf = (id: string, end: "json" | "md"): string => join(directory, `${id}.${end}`);

  /** Newest first. */
  async function listIds(): Promise<string[]> {
    const names = await readdir(directory).catch(() => [] as string[]);
    return names
      .flatMap((name) => ReviewId.safeParse(name.replace(/\.json$/, "")).data ?? [])
      .sort()
      .reverse();
  }
  const readReport = async (id: string): Promise<ReviewReport> =>
    ReviewReport.parse(JSON.parse(await readFile(pathOf(id, "json"), "utf8")));

  return {
    has: async (id) => (await listIds()).includes(id),
    async write({ report, markdown }) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await replace(pathOf(report.id, "md"), markdown);
      await replace(pathOf(report.id, "json"), JSON.stringify(report));
      for (const id of (await listIds()).slice(kept))
        for (const end of ["json", "md"] as const) await rm(pathOf(id, end), { force: true });
    },
    async read(wanted) {
      const ids = await listIds();
      const id = wanted === "latest" ? ids[0] : ids.find((known) => known === wanted);
      if (id === undefined) {
        const known = ids.length === 0 ? "there are none yet" : `the newest is ${ids[0]}`;
        throw new OutpostError("not_found", `there is no review "${wanted.slice(0, 60)}"; ${known}`);
      }
      return { report: await readReport(id), markdown: await readFile(pathOf(id, "md"), "utf8") };
    },
    async list() {
      const reports = await Promise.all((await listIds()).map((id) => readReport(id).catch(() => null)));
      return reports.filter((report) => report !== null);
    },
  };
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
