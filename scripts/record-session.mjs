// Records docs/images/session.svg: a short session (run → decide hunk by hunk → revert) in a real terminal (tmux, 100 columns) against the bundled
// server, drawn by the small renderer below. Needs tmux. What differs from one recording to the next is taken out of the picture:
// ids become one id, durations go, commits have a fixed date; so the picture changes only when Outpost does.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "docs/images/session.svg");
const columns = 100;
const rows = 90;
const waitMs = 60_000;
const prompt = "\\[\\e[32m\\]$\\[\\e[0m\\] ";
/** What is typed, and what shows that it is done. */
const session = [
  [
    `outpost run 'replace "quantity > BULK_QUANTITY" with "quantity >= BULK_QUANTITY" in pricing.py and replace "_PERCENT = 15" with "_PERCENT = 20" in pricing.py' --detach`,
    /follow it with.*\n\$ $/,
  ],
  ["outpost tasks", / proposed .*\n\$ $/],
  ["outpost review last", /\(1\/2\)\n.*\?$/],
  ["n", /why\?.*:$/],
  ["15 % is what we promised", /\(2\/2\)\n.*\?$/],
  ["y", /ater\?$/],
  ["a", /undo it with.*\n\$ $/],
  ["git diff --stat", /1 insertion.*\n\$ $/],
  ["outpost revert last", /reverted: .*\n.*\n\$ $/],
];

const folder = realpathSync(mkdtempSync(join(tmpdir(), "outpost-record-")));
// A server that is root works as an unprivileged user, who must find the way in.
chmodSync(folder, 0o755);
const data = join(folder, "data");
const repository = join(folder, "parcel");
const socket = `outpost-record-${process.pid}`;
const env = {
  PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
  HOME: folder,
  LANG: "C.UTF-8",
  OUTPOST_DATA_DIRECTORY: data,
  OUTPOST_MODEL: "rules",
  OUTPOST_PORT: "0",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_PAGER: "cat",
};

try {
  prepare();
  const screen = await record();
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, drawScreen(parseScreen(steady(screen))));
  console.log(`wrote ${target}`);
} catch (error) {
  console.error(`record-session: ${error.message}`);
  process.exitCode = 1;
} finally {
  spawnSync("tmux", ["-L", socket, "kill-server"]);
  spawnSync(join(folder, "bin/outpost"), ["stop"], { env });
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a command to its end; throws when it fails. */
function must(program, argv, more = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, argv, { encoding: "utf8", env, ...more });
  if (status !== 0) throw new Error(`${program} ${argv.slice(0, 3).join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

function prepare() {
  must("tmux", ["-V"]);
  must(process.execPath, [join(root, "scripts/build.mjs")]);
  mkdirSync(join(folder, "bin"));
  writeFileSync(
    join(folder, "bin/outpost"),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/outpost.js")}" "$@"\n`,
    { mode: 0o755 },
  );
  cpSync(join(root, "packages/evals/sample-project"), repository, { recursive: true });
  const git = (...argv) =>
    must("git", ["-C", repository, ...argv], {
      env: { ...env, GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z" },
    });
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
    "a small project",
  );
  // The server runs and the index is there, as on the second day.
  must(join(folder, "bin/outpost"), ["index"], { cwd: repository });
}

async function record() {
  const tmux = (...argv) => must("tmux", ["-L", socket, "-f", "/dev/null", ...argv]);
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("new-session", "-d", ...size, "-c", repository, "env", `PS1=${prompt}`, "bash", "--norc", "--noprofile");
  await waitFor(tmux, /^\$ $/m);
  for (const [typed, shown] of session) {
    if (typed === "outpost tasks") must(join(folder, "bin/outpost"), ["watch", "last"], { cwd: repository });
    tmux("send-keys", "-l", typed);
    tmux("send-keys", "Enter");
    await waitFor(tmux, shown);
  }
  return tmux("capture-pane", "-p", "-e");
}

async function waitFor(tmux, shown) {
  let screen = "";
  for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(100)) {
    screen = tmux("capture-pane", "-p").replace(/\n+$/, "");
    if (shown.test(screen.endsWith("$") ? `${screen} ` : screen)) return;
  }
  throw new Error(`the terminal did not show ${shown} within ${waitMs / 1000} s:\n${screen}`);
}

function steady(screen) {
  return screen
    .replaceAll(/tsk_[0-9a-z]{22}/g, "tsk_01k000000000000000demo")
    .replaceAll(/\d+ (?:s|min) ago/g, (text) => "1 min ago".padStart(text.length))
    .replaceAll(/ ?(?:\u001b\[[\d;]*m)*\(\d+\.\d s\)/g, (text) => text.replace(/ ?\(\d+\.\d s\)/, ""))
    .replace(/\n+$/, "");
}

/** Lines of runs: text with one look. Knows the SGR codes that the CLI and git use. */
function parseScreen(screen) {
  let look = {};
  return screen.split("\n").map((line) => {
    const runs = [];
    let column = 0;
    for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
      const codes = /^\u001b\[([\d;]*)m$/.exec(part);
      if (codes) {
        for (const code of (codes[1] || "0").split(";")) look = lookAfter(look, Number(code));
        continue;
      }
      const length = [...part].length;
      if (part.trim() !== "") runs.push({ text: part, column, length, ...look });
      column += length;
    }
    return runs;
  });
}

function lookAfter(look, code) {
  if (code === 0) return {};
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 4) return { ...look, isUnderlined: true };
  if (code === 24) return { ...look, isUnderlined: false };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 39) return { ...look, colour: undefined };
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...look, colour: code % 10 };
  return look;
}

function drawScreen(lines) {
  const [cell, pitch, margin, bar] = [7.8, 18, 18, 34];
  const width = Math.ceil(columns * cell + 2 * margin);
  const height = bar + lines.length * pitch + 2 * margin - 4;
  const palette = ["#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#e6edf3"];
  const texts = lines.flatMap((runs, row) =>
    runs.map(({ text, column, length, colour, isBold, isDim, isUnderlined }) => {
      const fill = colour === undefined ? (isDim ? "#8b949e" : "#e6edf3") : palette[colour];
      // The length is given, so that columns stand below each other in whichever font is there.
      const place = `x="${(margin + column * cell).toFixed(1)}" y="${bar + margin + row * pitch + 10}" textLength="${(length * cell).toFixed(1)}"`;
      const style = `${isBold ? ' font-weight="bold"' : ""}${isUnderlined ? ' text-decoration="underline"' : ""}`;
      return `<text ${place} fill="${fill}"${style}>${escapeXml(text)}</text>`;
    }),
  );
  const dots = [0, 1, 2].map((dot) => `<circle cx="${margin + 6 + dot * 18}" cy="${bar / 2}" r="5" fill="#30363d"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A session: a task changes two lines in a sandboxed copy, and its tests fail; outpost review shows the change hunk by hunk, the person rejects one and accepts the other, the tests are run on exactly that and pass, and it is applied; outpost revert takes it back">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<path d="M0 ${bar}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${bar - 8}z" fill="#161b22"/>`,
    ...dots,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" xml:space="preserve">`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
