// `npm run demo`: one walk through Outpost, with the commands a person would type, on a copy of a small Python and C++ project.
//   --repo PATH   on your own repository: index, search, ask. Nothing is written into it.
//   --change TEXT with --repo: also work on that change. It is shown, and applied only if you say so.
//   --serve       keep the server at the end, until Ctrl-C
//   --data DIR    keep the server's data there (default: a temporary folder, removed at the end)
//   --model NAME  default: rules, which needs no language model
// Ends with exit code 0 only if every step did what it says; where there is no sandbox, the tests did not run, and it is 1.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "dist/outpost.js");
const bundles = ["outpost", "server", "worker", "indexer", "parser"].map((name) => join(root, `dist/${name}.js`));
const defaultPort = 7717;
const instruction = 'replace "quantity > BULK_QUANTITY" with "quantity >= BULK_QUANTITY" in warehouse/pricing.py';

const options = readOptions();
const { NO_COLOR } = process.env;
const hasColours = process.stdout.isTTY === true && !NO_COLOR;
const paint = (format, text) => (hasColours ? styleText(format, text) : text);
const problems = [];
const temporary = [];
let server = null;
let stepNumber = 0;

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void finish(130));
try {
  await main();
} catch (error) {
  problems.push(error.message);
}
await finish(problems.length === 0 ? 0 : 1);

function readOptions() {
  const known = {
    repo: "string",
    change: "string",
    data: "string",
    model: "string",
    serve: "boolean",
    help: "boolean",
  };
  const described = Object.fromEntries(Object.entries(known).map(([name, type]) => [name, { type }]));
  try {
    const { values } = parseArgs({ options: described });
    if (values.change && !values.repo) throw new Error("--change goes with --repo");
    if (!values.help) return values;
  } catch (error) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 2;
  }
  console.log("npm run demo -- [--repo PATH [--change TEXT]] [--serve] [--data DIR] [--model NAME]");
  process.exit();
}

async function main() {
  const startedMs = Date.now();
  build();
  const repository = options.repo ? findRepository(options.repo) : copySample();
  const data = options.data ? resolve(options.data) : makeTemporary("outpost-demo-data-");
  const env = { ...process.env, OUTPOST_DATA_DIRECTORY: data };
  // The demo's own server, not one that this shell is set up for.
  for (const name of ["OUTPOST_SERVER", "OUTPOST_TOKEN", "OUTPOST_TOKEN_FILE"]) delete env[name];
  const place = { cwd: repository, env };

  step("A server", `It keeps everything in one folder (${data}) and listens on this machine only.`);
  await startServer(place);
  const canTest = explainSandbox(place);
  if (options.repo) await showOwnRepository(place);
  else await showSample(place, canTest);
  if (problems.length === 0)
    say(`\n${paint("green", "Everything above worked")}, in ${((Date.now() - startedMs) / 1000).toFixed(0)} s.`);
  await end(place);
}

async function showSample(place, canTest) {
  step(
    "The index",
    "Every file is cut into chunks along its functions and classes, and each chunk is found by its words and by its meaning.",
  );
  outpost(place, ["index"]);
  check("the index covers the project", readJson(place, ["index", "--status"]).files >= 15);

  step("Search", "Each hit says what its score is made of.");
  outpost(place, ["search", "discount for bulk orders", "--limit", "2", "--why"]);
  const { hits } = readJson(place, ["search", "discount for bulk orders"]);
  check(
    "search finds the pricing code, with reasons",
    hits[0]?.path === "warehouse/pricing.py" && hits[0].reasons.length > 0,
  );

  step(
    "A question",
    "Without a language model the answer is put together from places in the code, and says so. Every claim names its place.",
  );
  outpost(place, ["ask", "what calls line_total?"]);
  check("the answer cites the code", readJson(place, ["show", "last"]).outcome?.citations?.length > 0);

  step(
    "A change",
    "One test fails: ten pieces should count as a bulk order. The change is made in a copy, in a sandbox without network; your files are not touched.",
  );
  outpost(place, ["run", instruction]);
  checkChange(readJson(place, ["diff", "last"]), canTest);
  check("the checkout is untouched so far", gitDiff(place) === "");

  step("Your decision", "Only now anything is written to the checkout.");
  outpost(place, ["accept", "last"]);
  run(place, "git", ["--no-pager", "diff", ...(hasColours ? ["--color=always"] : [])]);
  check(
    "the checkout has the change, and nothing else",
    /^\+ +if quantity >= BULK_QUANTITY:$/m.test(gitDiff(place)) && gitStatus(place) === " M warehouse/pricing.py\n",
  );
  say(`\nIt can be undone, byte for byte: ${paint("bold", "outpost revert last")}`);
}

function checkChange(change, canTest) {
  check("one line changed", change.addedLines === 1 && change.removedLines === 1);
  if (!canTest) return;
  const [before, after] = ["before", "after"].map((phase) => change.tests.filter((test) => test.phase === phase));
  check(
    "a test failed before",
    before.some((test) => test.failed > 0),
  );
  check("all tests pass after", after.length > 0 && after.every((test) => test.exitCode === 0));
}

async function showOwnRepository(place) {
  step(
    "The index",
    "Every file is cut into chunks along its functions and classes. What is skipped is named, with the reason.",
  );
  outpost(place, ["index"]);
  const status = readJson(place, ["index", "--status"]);
  check("the index has something in it", status.chunks > 0);

  const symbol = chooseSymbol(place);
  const query = symbol ? splitName(symbol) : "main entry point";
  step("Search", "Words of a name are enough; each hit says what its score is made of.");
  outpost(place, ["search", query, "--limit", "3", "--why"]);

  step("A question", "Without a language model the answer is put together from places in the code, and says so.");
  outpost(place, ["ask", "--no-index", symbol ? `what calls ${symbol}?` : "where is the main entry point?"]);
  check("the question was answered", readJson(place, ["show", "last"]).state === "answered");

  if (!options.change) {
    step("A change", "Not made here, because it is your repository. In it, type for example:");
    say(
      `  outpost run 'replace "old text" with "new text" in FILE'\n\nIt works in a copy, runs the tests before and after in the sandbox, shows the diff, and asks you.`,
    );
    return;
  }
  step("A change", "Made in a copy, in a sandbox without network. Your files stay as they are unless you say yes.");
  const before = gitStatus(place) + gitDiff(place);
  outpost(place, ["run", options.change], { stdin: "inherit" });
  const task = readJson(place, ["show", "last"]);
  if (task.state !== "applied") check("the repository is untouched", gitStatus(place) + gitDiff(place) === before);
}

/** A name that is worth asking about: the symbol of a good hit, long enough to be its own. */
function chooseSymbol(place) {
  const { hits } = readJson(place, ["search", "the main function that does the work", "--limit", "50"]);
  const names = hits
    .filter((hit) => hit.symbol && !/test|spec|example/i.test(hit.path))
    .map((hit) => hit.symbol.split(/[.:#]+/).at(-1));
  return names.find((name) => /^[A-Za-z_]\w{7,}$/.test(name)) ?? names.find((name) => /^[A-Za-z_]\w{3,}$/.test(name));
}

function splitName(name) {
  return name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .trim();
}

function build() {
  const isMissing = bundles.some((path) => !existsSync(path));
  if (!isMissing && newestSource() <= Math.min(...bundles.map((path) => statSync(path).mtimeMs))) return;
  const startedMs = Date.now();
  say(
    paint("dim", `dist/ is ${isMissing ? "not there yet" : "older than the sources"}: building it with npm run build`),
  );
  const { status } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "inherit" });
  if (status !== 0) throw new Error("the build failed");
  say(paint("dim", `built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`));
}

function newestSource() {
  const folders = ["apps", "packages"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, "src")),
  );
  for (const name of ["indexer", "tools", "sandbox"]) folders.push(join(root, name, "src"));
  const files = folders
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)));
  const code = files.filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  return Math.max(
    ...[...code, join(root, "package-lock.json"), join(root, "scripts/build.mjs")].map(
      (path) => statSync(path).mtimeMs,
    ),
  );
}

function makeTemporary(prefix) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  // A server that is root works as an unprivileged user, who must find the way in.
  chmodSync(folder, 0o755);
  temporary.push(folder);
  return folder;
}

/** A git repository of its own, with one commit. */
function copySample() {
  const folder = join(makeTemporary("outpost-demo-"), "parcel");
  mkdirSync(folder);
  cpSync(join(root, "packages/evals/sample-project"), folder, { recursive: true });
  const git = (...argv) => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    const { status, stderr } = spawnSync("git", ["-C", folder, ...argv], { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${argv[0]} failed: ${stderr}`);
  };
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git(
    "-c",
    "user.name=Demo",
    "-c",
    "user.email=demo@example.invalid",
    "commit",
    "--quiet",
    "--message",
    "a small project, half Python, half C++",
  );
  return folder;
}

function findRepository(path) {
  if (existsSync(path) && statSync(path).isDirectory()) return realpathSync(path);
  throw new Error(`--repo is "${path}", and there is no such folder`);
}

async function startServer(place) {
  const port = (await isFree(defaultPort)) ? defaultPort : 0;
  const argv = ["serve", "--port", String(port), "--model", options.model ?? "rules"];
  printCommand("outpost", [...argv, "&"]);
  server = spawn(process.execPath, [cli, "--json", ...argv], {
    ...place,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let log = "";
  server.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-2000);
  });
  const url = await new Promise((done, fail) => {
    createInterface({ input: server.stdout }).once("line", (line) => done(JSON.parse(line).url ?? null));
    server.once("exit", () => fail(new Error(`the server did not start: ${log}`)));
  });
  if (!url) throw new Error(`the server did not start: ${log}`);
  server.url = url;
  say(`Outpost listens on ${url}`);
}

function isFree(port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
  });
}

/** Whether commands can run. Without a sandbox none do, and the tests of the change are not run. */
function explainSandbox(place) {
  const { sandbox } = readJson(place, ["status"]);
  if (sandbox.ready) return true;
  say(
    paint(
      "yellow",
      "\nThere is no sandbox here, so no command runs: the change below is made, but its tests are not run. Why:",
    ),
  );
  for (const { name, detail, fix } of sandbox.checks.filter(({ ok }) => !ok))
    say(`  ${name}: ${detail}${fix ? `\n    to mend it: ${fix}` : ""}`);
  problems.push("no sandbox: the tests were not run");
  return false;
}

async function end(place) {
  if (problems.length > 0 || !options.serve) {
    say(
      `\nThe server at ${server.url} ends now, and what the demo made is removed. On your own code, in its folder:\n  node ${cli} ask "where is … ?"\n  node ${cli} run "…"\nor keep a server like this one: npm run demo -- --serve`,
    );
    return;
  }
  step("Go on", `The server stays at ${server.url} until Ctrl-C; what the API can do is at ${server.url}/docs`);
  say(
    `In another terminal:\n  cd ${place.cwd}\n  export OUTPOST_DATA_DIRECTORY=${place.env.OUTPOST_DATA_DIRECTORY}\n  alias outpost="node ${cli}"\n  outpost tasks\n  outpost revert last`,
  );
  await new Promise((done) => server.once("exit", done));
}

async function finish(exitCode) {
  process.removeAllListeners("SIGINT");
  for (const problem of problems) console.error(paint("red", `demo: ${problem}`));
  if (server && server.exitCode === null) {
    server.removeAllListeners("exit");
    const gone = new Promise((done) => server.once("exit", done));
    process.kill(server.pid, "SIGTERM");
    await Promise.race([gone, new Promise((done) => setTimeout(done, 10_000))]);
  }
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
  process.exit(exitCode);
}

function step(title, text) {
  stepNumber += 1;
  say(`\n${paint("bold", `${stepNumber}. ${title}`)}\n${text}`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function printCommand(program, argv) {
  const words = argv.map((word) => (/^[\w./:=&-]+$/.test(word) ? word : `'${word}'`));
  say(`\n${paint("cyan", `$ ${[program, ...words].join(" ")}`)}`);
}

/** Shows the command and what it prints. */
function run(place, program, argv, { shownAs = [program, ...argv], stdin = "ignore" } = {}) {
  printCommand(shownAs[0], shownAs.slice(1));
  const { status } = spawnSync(program, argv, { ...place, stdio: [stdin, "inherit", "inherit"] });
  if (status !== 0) throw new Error(`"${shownAs.slice(0, 2).join(" ")}" ended with exit code ${status}`);
}

function outpost(place, argv, more = {}) {
  run(place, process.execPath, [cli, ...argv], { ...more, shownAs: ["outpost", ...argv] });
}

/** What a program would read, for the checks; not shown. */
function readJson(place, argv) {
  const { status, stdout } = spawnSync(process.execPath, [cli, "--json", ...argv], {
    ...place,
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
  if (status !== 0) throw new Error(`"outpost ${argv.join(" ")}" ended with exit code ${status}: ${stdout}`);
  return JSON.parse(stdout);
}

function gitDiff({ cwd }) {
  return spawnSync("git", ["-C", cwd, "diff", "--no-ext-diff"], { encoding: "utf8" }).stdout;
}

function gitStatus({ cwd }) {
  return spawnSync("git", ["-C", cwd, "status", "--porcelain"], { encoding: "utf8" }).stdout;
}

function check(what, ok) {
  if (!ok) problems.push(`not so: ${what}`);
}
