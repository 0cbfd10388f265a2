// What the product has to beat, run on the same files: BM25 over plain words in windows of lines, and an agent's keyword grep.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { CorpusFile } from "./corpus.ts";
import type { Answer } from "./metrics.ts";
import type { Engine } from "./outpost-engine.ts";

const windowLines = 50;
const k1 = 1.2;
const b = 0.75;

interface Window {
  answer: Answer;
  counts: Map<string, number>;
  length: number;
}

export function createPlainBm25(files: readonly CorpusFile[]): Engine {
  const windows = files.flatMap(cutWindows);
  const averageLength = windows.reduce((sum, { length }) => sum + length, 0) / Math.max(1, windows.length);
  const containing = new Map<string, number>();
  for (const { counts } of windows)
    for (const word of counts.keys()) containing.set(word, (containing.get(word) ?? 0) + 1);
  return {
    name: "plain BM25",
    async search(query) {
      const words = [...new Set(plainWords(query))];
      const scored = windows.map(({ answer, counts, length }) => {
        const norm = k1 * (1 - b + (b * length) / averageLength);
        const score = words.reduce((sum, word) => {
          const count = counts.get(word) ?? 0;
          const among = containing.get(word) ?? 0;
          const idf = Math.log(1 + (windows.length - among + 0.5) / (among + 0.5));
          return sum + (idf * count * (k1 + 1)) / (count + norm);
        }, 0);
        return { answer, score };
      });
      const found = scored.filter(({ score }) => score > 0).sort((left, right) => right.score - left.score);
      return found.slice(0, 10).map(({ answer }) => answer);
    },
  };
}

function cutWindows({ path, text }: CorpusFile): Window[] {
  const lines = text.split("\n");
  const windows: Window[] = [];
  for (let start = 0; start < lines.length; start += windowLines) {
    const part = lines.slice(start, start + windowLines);
    const words = plainWords(part.join("\n"));
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const answer = { path, lines: { startLine: start + 1, endLine: start + part.length } };
    windows.push({ answer, counts, length: words.length });
  }
  return windows;
}

function plainWords(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9_]+/g) ?? [];
}

const trivialWords = new Set(
  "a an and are as at be by can do does for from how in into is it its of on or that the this to use used using via what when where which who why with".split(
    " ",
  ),
);

/** `git grep` for each keyword, files by how many different ones they hold, then by matching lines. */
export function createKeywordGrep(checkout: string, root: string): Engine {
  return {
    name: "keyword git grep",
    async search(query) {
      const keywords = [...new Set(plainWords(query))].filter((word) => word.length > 1 && !trivialWords.has(word));
      const files = new Map<string, { keywords: number; lines: number }>();
      for (const keyword of keywords) {
        for (const [path, lines] of await countMatches(checkout, root, keyword)) {
          const known = files.get(path) ?? { keywords: 0, lines: 0 };
          files.set(path, { keywords: known.keywords + 1, lines: known.lines + lines });
        }
      }
      const ranked = [...files].sort(([pathA, a], [pathB, b]) => {
        return b.keywords - a.keywords || b.lines - a.lines || (pathA < pathB ? -1 : 1);
      });
      return ranked.slice(0, 10).map(([path]) => ({ path, lines: null }));
    },
  };
}

async function countMatches(checkout: string, root: string, keyword: string): Promise<[string, number][]> {
  const options = ["grep", "--no-index", "--no-exclude-standard", "-I", "-i", "-F", "-c", "-z", "-e", keyword, "--"];
  try {
    const run = await promisify(execFile)("git", [...options, root === "" ? "." : root], {
      cwd: checkout,
      maxBuffer: 64_000_000,
    });
    // `path NUL count newline`, once a file.
    return run.stdout
      .split("\n")
      .filter((line) => line.includes("\0"))
      .map((line) => {
        const [path = "", count = "0"] = line.split("\0");
        return [path, Number(count)];
      });
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return [];
    throw error;
  }
}
