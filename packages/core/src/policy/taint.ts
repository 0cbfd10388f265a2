// What a task that has read untrusted text may no longer do unasked: reach out, push, bring in dependencies; itself, and by a change that nobody
// looked at. Pure; whether it is tainted follows from its events. Only ever turns "allow" into "ask", so it looks generously: at every word of a command, whatever stands around it.
// Not covered: a program that reaches out under another name; the network is off in the sandbox unless the policy names hosts.
import type { TaskEvent } from "@outpost/protocol";
import type { Fold } from "../fold/state.ts";

export type OutwardCall = "network" | "push" | "dependency";

const networkPrograms = new Set(
  "curl wget aria2c ssh scp sftp rsync nc ncat netcat socat telnet ftp lftp http https xh dig nslookup host ping traceroute openssl gh glab hub docker podman kubectl helm aws gcloud az rclone mail sendmail".split(
    " ",
  ),
);
const installers = new Set(
  "npm npx pnpm pnpx yarn bun bunx deno pip pip3 pipx uv uvx poetry pdm conda mamba cargo rustup go gem bundle bundler composer mvn gradle gradlew nuget dotnet apt apt-get aptitude apk dnf yum pacman brew snap flatpak vcpkg conan cpan cpanm luarocks mix stack cabal opam".split(
    " ",
  ),
);
const bringsIn = new Set(
  "install i in add ci get update upgrade up publish sync require fetch download dlx exec create init restore pull tool lock".split(
    " ",
  ),
);
const gitOutward = new Set("push fetch pull clone remote submodule send-email request-pull lfs svn".split(" "));
const runsFetched = new Set(["npx", "pnpx", "bunx", "uvx", "pipx"]);
const reasons: Record<OutwardCall, string> = {
  network: "reaches out to the network",
  push: "sends or fetches commits",
  dependency: "may bring in a dependency",
};

/** What an argument list could do outside of the worktree; null: nothing known. */
export function outwardCall(argv: readonly string[]): OutwardCall | null {
  const words = argv
    .join(" ")
    .split(/[\s;|&()`$"'<>{}=,]+/)
    .map((word) => word.slice(word.lastIndexOf("/") + 1).toLowerCase());
  const has = (set: ReadonlySet<string>): boolean => words.some((word) => set.has(word));
  if (words.includes("git") && has(gitOutward)) return "push";
  if (has(runsFetched) || (words.some(isInstaller) && has(bringsIn))) return "dependency";
  return has(networkPrograms) || /\/dev\/(?:tcp|udp)\/|\b[a-z]{2,10}:\/\//i.test(argv.join(" ")) ? "network" : null;
}

function isInstaller(word: string): boolean {
  return installers.has(word) || installers.has(word.replace(/[\d.]+$/, ""));
}

/** Where the untrusted text comes from that this event brings, in words; null: it brings none. */
export function taintFrom(event: TaskEvent): string | null {
  if (event.type === "task.created") return event.spec.attachments?.length ? "a text that came with the task" : null;
  return event.type === "tool.returned" ? (event.untrusted ?? null) : null;
}

/** Of a task with these events: the first. */
export function taintOf(events: Iterable<TaskEvent>): string | null {
  for (const event of events) {
    const taint = taintFrom(event);
    if (taint !== null) return taint;
  }
  return null;
}

/** Files that say, or pin, what is fetched and built in. */
const dependencyFile =
  /(?:^|\/)(?:package\.json|\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.c?js|npm-shrinkwrap\.json|deno\.jsonc?|jsr\.json|requirements[^/]*\.(?:txt|in)|constraints[^/]*\.txt|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|environment\.ya?ml|conanfile\.\w+|vcpkg(?:-configuration)?\.json|CMakeLists\.txt|[^/]+\.cmake|meson\.build|[^/]+\.wrap|Cargo\.toml|go\.(?:mod|sum|work)|Gemfile|[^/]+\.gemspec|composer\.json|pom\.xml|[^/]+\.gradle(?:\.kts)?|libs\.versions\.toml|[^/]+\.(?:cs|fs|vb)proj|packages\.config|nuget\.config|Directory\.Packages\.props|mix\.exs|Package\.swift|\.gitmodules|Dockerfile[^/]*|[^/]+[.-]lock(?:\.(?:json|ya?ml|toml))?|[^/]+\.lockb?)$|(?:^|\/)(?:vendor|node_modules|\.yarn)\//i;

/** Why an accept that nobody looked at is refused; null: it may be. */
export function needsPerson(
  taint: string | null,
  { isPushed, paths }: { isPushed: boolean; paths: readonly string[] },
): string | null {
  const path = paths.find((one) => dependencyFile.test(one));
  if (taint === null || !(isPushed || path)) return null;
  const what = isPushed ? "is pushed" : `touches ${JSON.stringify(path)}, which says what is built in`;
  return `the change ${what}, and its task has read ${taint}: a person has to look at it`;
}

interface Verdict {
  verdict: "allow" | "ask" | "deny";
  reason?: string | undefined;
  rule?: string | null | undefined;
  argv?: string[] | null | undefined;
}

/** What a policy or a remembered decision allowed asks again in a tainted task; what a person allowed for this very call stands. */
export function tightenForTaint<Given extends Verdict>(
  judged: Given,
  { call, approvalId }: { call: { arguments: Record<string, unknown> }; approvalId: string | null },
  { taint }: Pick<Fold, "taint">,
): Given {
  if (taint === null || judged.verdict !== "allow" || approvalId !== null) return judged;
  const given = call.arguments["argv"];
  const argv = judged.argv ?? (Array.isArray(given) ? given.map(String) : typeof given === "string" ? [given] : []);
  const outward = outwardCall(argv);
  if (outward === null) return judged;
  const reason = `it ${reasons[outward]}, and the task has read ${taint}: that is never allowed unasked`;
  return { ...judged, verdict: "ask", reason, rule: "taint" };
}
