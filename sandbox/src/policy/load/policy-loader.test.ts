import { beforeAll, describe, expect, it } from "vitest";
import { openPolicyLoader, type PolicyLoader } from "./policy-loader.ts";

let loader: PolicyLoader;
beforeAll(async () => {
  loader = await openPolicyLoader();
});

const file = (text: string) => ({ level: "user", file: "outpost.policy.yaml", text }) as const;
const rule = (verdict: string, more = "") => `version: 1
commands:
  - id: mine
    program: [frob]
    verdict: ${verdict}
    reason: because
${more}`;

describe("a policy file that is wrong", () => {
  it.each<[what: string, text: string, says: RegExp]>([
    ["no YAML", "version: [1", /^line \d+: /],
    ["another version", "version: 2", /^line 1: version is 2/],
    ["no version", "files: []", /version is missing/],
    ["an unknown key", "version: 1\ncomands: []\n", /^line 2: .*no key "comands"; the nearest is "commands"/],
    ["an unknown key of a rule", rule("ask", "    flag: [-v]\n"), /^line 7: .*no key "flag"; the nearest is "flags"/],
    ["a verdict that there is not", rule("maybe"), /^line 5: commands\.0\.verdict is "maybe"/],
    [
      "an example that does not match",
      rule("ask", "    matches: [frob a, other]\n"),
      /^line 7: rule "mine": example "other" does not match/,
    ],
    [
      "an example that matches",
      rule("ask", "    matchesNot:\n      - frob a\n"),
      /^line 8: rule "mine": example "frob a" matches the rule, and should not/,
    ],
    ["an example with a shell's signs", rule("ask", '    matches: ["frob $x"]\n'), /^line 7: .*cannot be an example/],
    ["a flag written wrongly", rule("allow", '    flags: ["v"]\n'), /flag "v" is not written like/],
    ["a kind that there is not", rule("allow", '    arguments: ["a b"]\n'), /no kind of value/],
    ["hasFlag in an allow rule", rule("allow", "    hasFlag: [-f]\n"), /are for ask and deny/],
    ["flags in a deny rule", rule("deny", "    flags: [-f]\n"), /are for allow/],
    [
      "any flag with listed arguments",
      rule("allow", "    flags: any\n"),
      /"any" goes for flags and arguments together/,
    ],
    ["a host that is too wide", 'version: 1\nnetwork: {hosts: ["*.com"]}\n', /^line 2: network\.hosts\.0 is "\*\.com"/],
    [
      "a file example",
      "version: 1\nfiles:\n  - globs: [a]\n    access: deny\n    reason: x\n    matches: [b]\n",
      /^line 6: files\[0\]: example "b" does not match/,
    ],
    ["an anchor that grows", "version: 1\nfiles: &a [*a]\n", /^line \d+: /],
  ])("%s is said with its line", (_, text, says) => {
    const { problems } = loader.check(file(text));
    expect(problems[0]).toMatch(says);
  });

  it("makes every command ask, and widens nothing", () => {
    for (const broken of [loader.load(file("version: 2"), null), loader.load(null, "version: 2")]) {
      expect(broken.judgeCommand(["pytest", "-q"], ".")).toMatchObject({
        verdict: "ask",
        reason: expect.stringContaining("cannot be used"),
      });
      expect(broken.judgeCommand(["rm", "-rf", "/"], ".").verdict).toBe("deny");
      expect(broken.files.judge(".env").access).toBe("deny");
      const nothing = { autoApply: "never", push: { protected: ["*"], allowed: [] }, network: { hosts: [] } };
      expect(broken.settings).toMatchObject(nothing);
      expect(broken.report().sources.some(({ problem }) => problem?.startsWith("line 1:"))).toBe(true);
    }
  });
});

describe("file rules of a policy file that is wrong", () => {
  const secret = "files:\n  - {globs: [private/**], access: deny, reason: ours}\n";
  it.each<[what: string, text: string]>([
    ["a wrong key elsewhere", `version: 1\ncomands: []\n${secret}`],
    ["another version", `version: 2\n${secret}`],
    ["a wrong rule elsewhere", `${rule("maybe")}${secret}`],
    ["an example that fails", `version: 1\n${secret.replace("ours}", "ours, matches: [b]}")}`],
    ["a rule that is wrong in part", `version: 1\n${secret.replace("deny", "denyy")}`],
    ["an exception that is wrong", `version: 1\n${secret.replace("ours}", "ours, except: [1]}")}`],
    ["a key that was to be files", `version: 1\n${secret.replace("files", "file")}`],
    ["a key that nobody knows", `version: 1\n${secret.replace("files", "closed")}`],
  ])("stay in force: %s", (_, text) => {
    for (const policy of [loader.load(file(text), null), loader.load(null, text)]) {
      expect(policy.shut).toBeNull();
      expect(policy.files.judge("private/a.txt").access).toBe("deny");
      expect(policy.files.judge(".env").access).toBe("deny");
      expect(policy.files.judge("src/a.ts").access).toBe("write");
    }
  });

  it.each<[what: string, text: string]>([
    ["no YAML", `version: 1\n${secret}  - {globs: [`],
    ["a list of files that is none", "version: 1\nfiles: private/**\n"],
    ["a rule without globs", "version: 1\nfiles:\n  - {glob: [private/**], access: deny, reason: ours}\n"],
    ["no mapping at all", "the file is too large"],
    ["an alias", "version: 1\na: &a [private/**]\nfiles:\n  - {globs: *a, access: deny, reason: x}\n"],
  ])("close everything where they cannot be known: %s", (_, text) => {
    for (const policy of [loader.load(file(text), null), loader.load(null, text)]) {
      expect(policy.shut).toMatch(
        /outpost\.policy\.yaml cannot be used \(line \d+: .*none is opened until it is mended/,
      );
      for (const path of ["private/a.txt", "src/a.ts"])
        expect(policy.files.judge(path)).toMatchObject({ access: "deny", reason: policy.shut });
    }
    // Where the file was seen to work, its rules of then hold.
    const good = `version: 1\n${secret}`;
    for (const policy of [
      loader.load(file(text), null, [], { own: good }),
      loader.load(null, text, [], { repository: good }),
    ]) {
      expect(policy.shut).toBeNull();
      expect(policy.files.judge("private/a.txt").access).toBe("deny");
      expect(policy.files.judge("src/a.ts").access).toBe("write");
      expect(policy.judgeCommand(["pytest"], ".").verdict).toBe("ask");
    }
  });

  it("loosen nothing: what a wrong file of the user opens stays as it is built in", () => {
    for (const access of ["write", "read"]) {
      const text = `version: 2\nfiles:\n  - {globs: [.env], access: ${access}, reason: mine}\n`;
      expect(loader.load(file(text), null).files.judge(".env").access).toBe("deny");
      expect(loader.load(file(text.replace("2", "1")), null).files.judge(".env").access).toBe(access);
    }
  });
});

describe("a loader for files only", () => {
  it("says of files what the whole one says", async () => {
    const own = file("version: 1\nfiles:\n  - {globs: [private/**], access: deny, reason: ours}\n");
    const narrow = await openPolicyLoader({ onlyFiles: true });
    for (const user of [null, own]) {
      const rules = loader.load(user, null).report().files;
      expect(rules.length).toBeGreaterThan(3);
      expect(narrow.load(user, null).report().files).toEqual(rules);
    }
    const without = await openPolicyLoader({ onlyFiles: true, readsLines: false });
    expect(without.load(null, null).report().files).toEqual(loader.load(null, null).report().files);
    expect(() => without.load(null, null).judgeCommand(["sh", "-c", "ls | wc"], ".")).toThrow("reads no shell lines");
  });
});

describe("the levels", () => {
  const verdict = (own: string | null, repository: string | null, ...argv: string[]) =>
    loader.load(own === null ? null : file(own), repository).judgeCommand(argv, ".").verdict;

  it("let the user allow, ask and deny what is built in otherwise", () => {
    const own =
      "version: 1\ncommands:\n  - {id: a, program: [npm], subcommand: [ci], verdict: allow, reason: x}\n  - {id: b, program: [pytest], verdict: deny, reason: y}\n";
    expect(verdict(own, null, "npm", "ci")).toBe("allow");
    expect(verdict(own, null, "npm", "ci", "--prefix", "/x")).toBe("ask");
    expect(verdict(own, null, "pytest")).toBe("deny");
    expect(verdict(own, null, "npm", "test")).toBe("allow");
  });

  it("let a repository only tighten", () => {
    const protects = loader.load(
      file("version: 1\npush: {allowed: [dev, a/b]}\n"),
      "version: 1\npush: {protected: ['d*']}\n",
    );
    expect(protects.settings.push).toEqual({ protected: ["d*"], allowed: ["a/b"] });
    const wide =
      "version: 1\ncommands:\n  - {id: a, program: [curl, rm, sh, git], flags: any, arguments: any, verdict: allow, reason: x}\nfiles:\n  - {globs: ['.env', '.git'], access: write, reason: x}\n";
    expect(verdict(null, wide, "curl", "x")).toBe("ask");
    expect(verdict(null, wide, "rm", "-rf", "/")).toBe("deny");
    expect(verdict(null, wide, "git", "push", "--force")).toBe("deny");
    expect(loader.load(null, wide).files.judge(".env").access).toBe("deny");
    const narrow =
      "version: 1\ncommands:\n  - {id: a, program: [pytest], verdict: ask, reason: x}\n  - {id: b, program: [make], verdict: deny, reason: y}\nfiles:\n  - {globs: [secrets], access: deny, reason: x}\n";
    expect(verdict(null, narrow, "pytest")).toBe("ask");
    expect(verdict(null, narrow, "make", "test")).toBe("deny");
    expect(verdict(null, narrow, "cat", "secrets/a.txt")).toBe("deny");
    expect(verdict(null, narrow, "cat", "other/a.txt")).toBe("allow");
  });

  it("cut the settings to what both permit", () => {
    const own =
      "version: 1\nplan: optional\nautoApply: when_green\npush: {allowed: [dev, 'outpost/*']}\nnetwork: {hosts: [pypi.org, registry.npmjs.org]}\n";
    const repository =
      "version: 1\nplan: required\ndryRun: true\nasking: deny\nautoApply: when_green\npush: {protected: [dev], allowed: ['outpost/*', main]}\nnetwork: {hosts: [pypi.org, evil.example]}\n";
    expect(loader.load(file(own), repository).settings).toEqual({
      plan: "required",
      dryRun: true,
      unmatched: "ask",
      asking: "deny",
      autoApply: "when_green",
      push: { protected: ["dev"], allowed: ["outpost/*"] },
      network: { hosts: ["pypi.org"] },
    });
    const wide =
      "version: 1\nplan: optional\ndryRun: false\nasking: wait\nautoApply: when_green\nnetwork: {hosts: [evil.example]}\npush: {allowed: [main], protected: []}\n";
    expect(loader.load(null, wide).settings).toEqual(loader.load(null, null).settings);
  });

  it("let commands reach what the operator or the user names, cut to what the repository names", () => {
    const hosts = (own: string | null, repository: string | null) =>
      loader.load(own === null ? null : file(own), repository, ["*.debian.org", "10.0.0.5:8080"]).settings.network
        .hosts;
    const own = "version: 1\nnetwork: {hosts: [pypi.org]}\n";
    expect(hosts(null, null)).toEqual(["*.debian.org", "10.0.0.5:8080"]);
    expect(hosts(own, "version: 1\n")).toEqual(["*.debian.org", "10.0.0.5:8080", "pypi.org"]);
    expect(hosts(own, "version: 1\nnetwork: {hosts: [deb.debian.org, evil.example]}\n")).toEqual(["deb.debian.org"]);
    expect(hosts(own, "version: 1\nnetwork: {hosts: []}\n")).toEqual([]);
    expect(hosts(own, "version: 1\nnetwork: {hosts: 3}\n")).toEqual([]);
    expect(loader.load(null, null, ["a.org"]).hash).not.toBe(loader.load(null, null).hash);
  });

  it("name themselves by what they are made of", () => {
    const hashes = [
      loader.load(null, null),
      loader.load(file("version: 1"), null),
      loader.load(null, "version: 1"),
      loader.load(file("version: 1\n"), null),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(4);
    expect(loader.load(null, null).hash).toBe(hashes[0]);
  });
});

describe("what is said of a command", () => {
  it("names the rule and its line", () => {
    const judged = loader.load(file(rule("deny")), null).judgeCommand(["timeout", "5", "frob"], ".");
    expect(judged).toMatchObject({
      verdict: "deny",
      reason: "because",
      rule: { id: "mine", level: "user", file: "outpost.policy.yaml", line: 3 },
    });
  });

  it("says why the nearest rule does not allow it", () => {
    expect(loader.load(null, null).judgeCommand(["pytest", "-p", "evil"], ".").reason).toMatch(
      /-p is none of no:\*.*"pytest"/,
    );
  });

  it("minds the folder it runs in", () => {
    const policy = loader.load(null, null);
    expect(policy.judgeCommand(["cat", "../a.py"], "src").verdict).toBe("allow");
    expect(policy.judgeCommand(["cat", "../a.py"], ".").verdict).toBe("ask");
    expect(policy.judgeCommand(["cat", "../.env"], "src").verdict).toBe("deny");
  });
});
