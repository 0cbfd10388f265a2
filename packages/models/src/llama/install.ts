// Installs what runs GGUF files, on request and into the data directory: node-llama-cpp without install scripts, and its compiled code for
// this machine alone (about 85 MB instead of 725). Covered: Linux and macOS, x64 and arm64. Not covered: compiling it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OutpostError, type PullProgress } from "@outpost/protocol";

const version = "3.21.1";
const maxOutputCharacters = 2000;

/** The file URL of the module, or undefined where it is not installed. */
export function findLlamaModule(dataDirectory: string): string | undefined {
  const path = join(placeOf(dataDirectory), "node_modules", "node-llama-cpp", "dist", "index.js");
  return existsSync(path) ? pathToFileURL(path).href : undefined;
}

/** Rejects with `unavailable` when npm cannot be run or fails, and with the signal's reason. */
export async function* installLlama(dataDirectory: string, signal: AbortSignal): AsyncGenerator<PullProgress, void> {
  const packages = ["node-llama-cpp", ...compiledPackages(process.platform, process.arch, existsSync)];
  const step = (status: string): PullProgress => ({ status, completedBytes: null, totalBytes: null });
  yield step(`npm loads ${packages.join(", ")} ${version}`);
  const place = placeOf(dataDirectory);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "package.json"), JSON.stringify({ private: true }));
  await runNpm(place, [...packages.map((name) => `${name}@${version}`)], signal);
  if (!findLlamaModule(dataDirectory)) throw new OutpostError("unavailable", `npm left no node-llama-cpp in ${place}`);
  yield step("installed");
}

function placeOf(dataDirectory: string): string {
  return join(dataDirectory, "optional");
}

/** For a graphics card only where there is one. Throws `unavailable` for a machine that nothing was compiled for. */
export function compiledPackages(platform: string, arch: string, exists: (path: string) => boolean): string[] {
  const base = `@node-llama-cpp/${platform === "darwin" ? "mac" : platform}-${arch}`;
  if (platform === "darwin") return [arch === "arm64" ? `${base}-metal` : base];
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64"))
    throw new OutpostError("unavailable", `node-llama-cpp has nothing compiled for ${platform} on ${arch}`);
  const hasCuda = arch === "x64" && exists("/dev/nvidia0");
  const hasVulkan = arch === "x64" && !hasCuda && exists("/dev/dri");
  return [base, ...(hasCuda ? [`${base}-cuda`, `${base}-cuda-ext`] : []), ...(hasVulkan ? [`${base}-vulkan`] : [])];
}

async function runNpm(place: string, packages: readonly string[], signal: AbortSignal): Promise<void> {
  // The other optional parts are the compiled code of other machines.
  const quiet = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn("npm", ["install", "--prefix", place, ...quiet, ...packages], {
    cwd: place,
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let said = "";
  const keep = (data: unknown) => {
    said = (said + String(data)).slice(-maxOutputCharacters);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new OutpostError("unavailable", `npm cannot be run: ${cause.message}`, { cause })),
    );
    child.once("close", resolve);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  signal.throwIfAborted();
  if (code !== 0) throw new OutpostError("unavailable", `npm ended with ${code}: ${said.trim()}`, { retryable: true });
}
