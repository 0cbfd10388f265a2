// What the model is trained on comes out of archives that others made: packages/models/training reads them and must not be harmed by one.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasProgram } from "@outpost/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const extract = fileURLToPath(new URL("../../training/extract.py", import.meta.url));

/** Makes archives/npm/NAME-1.0.0.tgz of each of `{name: [[member, text], …]}`, and the broken ones. */
const makeArchives = `
import gzip, io, json, os, sys, tarfile
folder = sys.argv[1] + "/archives/npm/"
os.makedirs(folder)

def member(name, **more):
    info = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(info, key, value)
    return info

def pack(name, members):
    with tarfile.open(folder + name + "-1.0.0.tgz", "w:gz") as archive:
        for path, text in members:
            content = text.encode()
            archive.addfile(member(path, size=len(content)), io.BytesIO(content))
        return archive

packages = json.load(sys.stdin)
for name, members in packages.items():
    pack(name, members)
good = packages["good"]
with tarfile.open(folder + "links-1.0.0.tgz", "w:gz") as archive:
    content = good[0][1].encode()
    archive.addfile(member("package/package.json", size=len(content)), io.BytesIO(content))
    archive.addfile(member("package/a.js", type=tarfile.SYMTYPE, linkname="/etc/passwd"))
    archive.addfile(member("package/b.js", type=tarfile.LNKTYPE, linkname="../../../etc/passwd"))
    archive.addfile(member("package/c.js", type=tarfile.CHRTYPE, devmajor=1, devminor=5))
    content = good[1][1].replace("total", "escaped").encode()
    archive.addfile(member("package/../../../escaped.js", size=len(content)), io.BytesIO(content))
    archive.addfile(member("/escaped.js", size=len(content)), io.BytesIO(content))
whole = open(folder + "good-1.0.0.tgz", "rb").read()
open(folder + "truncated-1.0.0.tgz", "wb").write(whole[: -20])
open(folder + "nothing-1.0.0.tgz", "wb").close()
huge = b"".join(member("package/" + str(n) + ".bin", size=1 << 40).tobuf(tarfile.GNU_FORMAT) for n in range(2))
open(folder + "huge-1.0.0.tgz", "wb").write(gzip.compress(huge))
# Half a terabyte of a name, says its header.
open(folder + "name-1.0.0.tgz", "wb").write(gzip.compress(member("long", type=tarfile.GNUTYPE_LONGNAME, size=1 << 39).tobuf(tarfile.GNU_FORMAT)))
`;

const licence = ["package/package.json", JSON.stringify({ license: "MIT" })];
const documented = (name: string) =>
  `/** Adds up what all lines of an order cost, in cents. */\nfunction ${name}(lines) {\n  return lines.reduce((sum, line) => sum + line.cents, 0);\n}\n`.padEnd(
    300,
    "\n",
  );
/** Long lines are looked for in the first 20,000 characters. */
const filler = "x\n".repeat(10_001);
const packages = {
  good: [licence, ["package/index.js", documented("total")]],
  list: [["package/package.json", "[]"]],
  text: [["package/package.json", "no JSON"]],
  slow: [
    licence,
    [
      "package/index.js",
      `${filler}/** Says something of what is below. */\n${" ".repeat(2000)}!\n${documented("late")}`,
    ],
  ],
  python: [
    licence,
    ["package/deep.py", `${filler}x = ${"-".repeat(200_000)}1\n`],
    [
      "package/half.py",
      `def ${"half"}(lines):\n    "Adds up what all the lines cost, or half of \\ud800 it."\n${"    lines = [*lines, 1]\n".repeat(8)}    return sum(lines)\n`,
    ],
  ],
};

describe.skipIf(!hasProgram("python3"))("extracting from archives [needs python3]", () => {
  let work: string;
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), "training-"));
  });
  afterEach(() => rm(work, { recursive: true }));

  const python = (words: string[], input = "") => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
    const { status, stderr, stdout } = spawnSync("python3", words, { input, encoding: "utf8", env, timeout: 60_000 });
    return { status, stderr, stdout };
  };
  const pairsOf = async (name: string): Promise<{ n: string; d: string }[]> => {
    const text = await readFile(join(work, "pairs", `npm-${name}.jsonl`), "utf8");
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  };

  it("takes what is sound, names what is broken, follows no link and writes nowhere else", async () => {
    expect(python(["-c", makeArchives, work], JSON.stringify(packages))).toMatchObject({ status: 0, stderr: "" });
    const { status, stderr, stdout } = python([extract, work]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    for (const name of ["truncated", "nothing", "huge", "name", "text"]) expect(stderr).toContain(`${name}`);
    expect(stdout).toContain("4 archives with pairs, of 4 permissive packages and the dictionary, 4 pairs");
    expect((await pairsOf("good")).map(({ n }) => n)).toEqual(["total"]);
    expect((await pairsOf("slow")).map(({ n }) => n)).toEqual(["late"]);
    expect((await pairsOf("python")).map(({ d }) => d)).toEqual(["Adds up what all the lines cost, or half of ? it."]);
    // Only read, as texts of a package: the name does not matter to anybody.
    expect((await pairsOf("links")).map(({ n }) => n)).toEqual(["escaped"]);
    expect((await readdir(work)).sort()).toEqual(["archives", "corpus.tsv", "pairs"]);
  });

  it("tries what was broken again, and nothing else", async () => {
    python(["-c", makeArchives, work], JSON.stringify({ good: packages.good }));
    python([extract, work]);
    const made = (await readdir(join(work, "pairs"))).sort();
    expect(made).toEqual(["npm-good.jsonl", "npm-links.jsonl"]);
    const mended = spawnSync("cp", ["archives/npm/good-1.0.0.tgz", "archives/npm/truncated-1.0.0.tgz"], { cwd: work });
    expect(mended.status).toBe(0);
    expect(python([extract, work]).stderr).not.toContain("truncated");
    expect((await pairsOf("truncated")).map(({ n }) => n)).toEqual(["total"]);
  });
});
