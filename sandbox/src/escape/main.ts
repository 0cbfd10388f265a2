// `npm run test:escape`: every escape case for real, in each isolation that this machine has, as root and as an ordinary user.
// `-- --ablation`: which case gets through without each part of the profile; `--write` keeps the table in docs/sandbox-profile.md.
// Ends with 1 when something got through, or when nothing was run.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Ablation, ablate } from "./ablation.ts";
import { escapeCases } from "./cases/all-cases.ts";
import { profileParts } from "./profile-parts.ts";
import { findOrdinaryUid, startStandIn } from "./start-stand-in.ts";

const document = fileURLToPath(new URL("../../../docs/sandbox-profile.md", import.meta.url));

async function runAll(): Promise<boolean> {
  const ordinaryUid = findOrdinaryUid();
  const isRoot = process.getuid?.() === 0;
  const users = [
    { name: isRoot ? "a root server" : "an ordinary user", start: {} },
    ...(ordinaryUid === undefined ? [] : [{ name: "an ordinary user", start: { uid: ordinaryUid } }]),
  ];
  let isClean = true;
  for (const { name, start } of users) {
    const report = await startStandIn({ request: {}, ...start }).report;
    if (!report.ready) {
      console.log(`bubblewrap, ${name}: not run, ${escapeCases.length} cases: ${report.reason}`);
      isClean = false;
      continue;
    }
    const silent = report.results.filter(({ output }) => !output.includes("tried"));
    const through = report.results.filter(({ output, damage }) => output.includes("ESCAPED") || damage.length > 0);
    console.log(
      `bubblewrap, ${name} (uid ${report.uid}): ${report.results.length} cases run, ${through.length} escapes, ${report.notRun.length} not run here`,
    );
    for (const { name: what, damage } of through) console.log(`  ESCAPED: ${what} ${damage.join(", ")}`);
    for (const { name: what } of silent) console.log(`  not tried to the end: ${what}`);
    isClean &&= report.results.length > 0 && through.length === 0 && silent.length === 0;
  }
  if (isRoot && ordinaryUid === undefined)
    console.log(
      `bubblewrap, an ordinary user: not run, ${escapeCases.length} cases: that user cannot read this program`,
    );
  return isClean;
}

async function runAblation(isWritten: boolean): Promise<boolean> {
  const results: Ablation[] = [];
  for (const part of profileParts) {
    const result = await ablate(part);
    console.log(`${part.name}: ${describe(result)}`);
    results.push(result);
  }
  if (isWritten) writeFileSync(document, render(results));
  const wrong = results.filter(({ outcome }) => outcome === "kept in");
  const shown = results.filter(({ outcome }) => outcome === "gets through").length;
  console.log(
    `\n${results.length} parts: without ${shown} of them a case gets through, ${wrong.length} did not do what is said of them`,
  );
  return wrong.length === 0 && shown > 0;
}

function describe({ part, outcome }: Ablation): string {
  if (part.case === undefined) return `defence in depth: ${part.reason}`;
  const how = part.asRoot ? " (with commands as root: their own user is another lock)" : "";
  return outcome === "gets through" ? `"${part.case}" gets through${how}` : `${outcome}: "${part.case}"${how}`;
}

function render(results: readonly Ablation[]): string {
  const rows = results.map((result) => `| ${result.part.name} | ${describe(result)} |`);
  return [
    "# What each part of the sandbox's profile keeps in",
    "",
    `Written by \`npm run test:escape -- --ablation --write\`: one part is taken away at a time, and the case named is run for real. With all parts, all ${escapeCases.length} cases are kept in (\`npm run test:escape\`). Control groups, where the server can make them, are off here: they bound memory, processes and processor of a command as a whole, and would keep some of it in as well.`,
    "",
    "| part | without it |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}

const isAblation = process.argv.includes("--ablation");
const isGood = isAblation ? await runAblation(process.argv.includes("--write")) : await runAll();
process.exitCode = isGood ? 0 : 1;
