// Checks a process spec before anything is started. Does not look at the disk (mounts.ts does).
import type { ProcessLimits, ProcessSpec } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { isBelow, isNormalAbsolute } from "./paths.ts";

const maxArguments = 8_000;
// one argument: MAX_ARG_STRLEN of the kernel
const maxArgumentBytes = 131_071;
const maxTotalBytes = 1_000_000;

export function checkSpec(spec: ProcessSpec, homeInside: string): void {
  checkArguments(spec.argv);
  checkEnvironment(spec.env);
  checkLimits(spec.limits);
  if (spec.network && spec.profile !== "command") {
    refuse(`profile "${spec.profile}" never has the network; only a set-up command may`);
  }
  if (!isNormalAbsolute(spec.cwd)) refuse(`cwd "${spec.cwd}" is not an absolute path without "." and ".."`);
  const roots = [...spec.mounts.map((mount) => mount.target), "/tmp", homeInside];
  if (!roots.some((root) => spec.cwd === root || isBelow(spec.cwd, root))) {
    refuse(`cwd "${spec.cwd}" is not below a mount (${roots.join(", ")})`);
  }
  for (const directory of spec.pathPrefix ?? []) {
    if (!isNormalAbsolute(directory) || directory.includes(":")) {
      refuse(`pathPrefix "${directory}" is not an absolute path without ":"`);
    }
  }
}

function checkArguments(argv: readonly string[]): void {
  if (argv.length === 0 || argv[0] === "") refuse("argv is empty; its first part is the program");
  if (argv.length > maxArguments) refuse(`argv has ${argv.length} parts, over ${maxArguments}; use a file or stdin`);
  let total = 0;
  for (const part of argv) {
    const bytes = Buffer.byteLength(part);
    total += bytes + 1;
    if (part.includes("\0")) refuse("argv contains a NUL character");
    if (bytes > maxArgumentBytes)
      refuse(`an argument has ${bytes} bytes, over ${maxArgumentBytes}; use a file or stdin`);
  }
  if (total > maxTotalBytes) refuse(`argv has ${total} bytes, over ${maxTotalBytes}; use a file or stdin`);
}

function checkEnvironment(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse(`environment variable name "${name}" is not allowed`);
    if (value.includes("\0")) refuse(`environment variable "${name}" contains a NUL character`);
    if (Buffer.byteLength(value) > maxArgumentBytes - 200) refuse(`environment variable "${name}" is over 128 KiB`);
  }
}

function checkLimits(limits: ProcessLimits): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1)
      refuse(`limits.${name} is ${value}; it must be a whole number from 1`);
  }
  // a longer timer would fire at once
  if (limits.wallClockMs > 2_147_483_647) refuse(`limits.wallClockMs is ${limits.wallClockMs}, over 2147483647`);
}

function refuse(message: string): never {
  throw new OutpostError("invalid_input", message);
}
