// What a call that worked teaches about the repository: how its tests are run, how it is built. Only what was seen to work in the sandbox, by
// the exact arguments; nothing is guessed. Pure. Not covered: why it worked, and whether it still will.
import type { FactKind, TestEvidence } from "@outpost/protocol";

export interface LearnedCommand {
  kind: FactKind;
  text: string;
  argv: string[];
}

interface EndedCall {
  name: string;
  arguments: Record<string, unknown>;
  ok: boolean;
  tests: readonly Pick<TestEvidence, "argv" | "cwd" | "exitCode" | "passed">[];
}

export function learnFromCall(call: EndedCall): LearnedCommand[] {
  if (!call.ok) return [];
  // One test of many is not how the tests are run.
  if (call.tests.length > 0)
    return call.arguments["path"]
      ? []
      : call.tests
          .filter(isGreen)
          .map(({ argv, cwd }) => ({ kind: "test", text: `The tests are run by: ${line(argv)}${place(cwd)}`, argv }));
  const { argv, cwd } = call.arguments;
  if (call.name !== "run_command" || !isTexts(argv) || !isBuild(argv)) return [];
  return [{ kind: "build", text: `It is built by: ${line(argv)}${place(cwd)}`, argv }];
}

function place(cwd: unknown): string {
  return typeof cwd === "string" && cwd !== "." && cwd !== "" ? ` (in ${cwd})` : "";
}

function isGreen({ exitCode, passed }: EndedCall["tests"][number]): boolean {
  return exitCode === 0 && (passed ?? 0) > 0;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string");
}

/** Programs with the words behind them that build; an empty list: the program alone. Flags are passed over. */
const builders: Record<string, readonly string[]> = {
  npm: ["run build"],
  pnpm: ["run build", "build"],
  yarn: ["run build", "build"],
  bun: ["run build"],
  make: ["", "all", "build"],
  ninja: ["", "all"],
  cargo: ["build"],
  go: ["build ./...", "build"],
  tsc: [""],
  mvn: ["compile", "package", "verify"],
  gradle: ["build", "assemble"],
  gradlew: ["build", "assemble"],
  dotnet: ["build"],
  meson: ["compile"],
};

function isBuild([program = "", ...rest]: readonly string[]): boolean {
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (name === "cmake") return rest[0] === "--build";
  const words = rest.filter((word) => !word.startsWith("-")).join(" ");
  return builders[name]?.includes(words) ?? false;
}

/** As a shell would be told. */
function line(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
