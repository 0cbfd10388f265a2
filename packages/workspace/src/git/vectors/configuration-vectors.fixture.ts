// For tests: programs that a repository's configuration names.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { userGit } from "../../fixture/workplace.ts";
import { attempt, configure, plain, plantFile, plantHook, type Vector } from "./vector.fixture.ts";

const fetch = plain("fetch", "--quiet", "origin");
const commit = plain("commit", "--quiet", "--allow-empty", "-m", "again");
const askForPassword = (root: string) => attempt(root, ["credential", "fill"], "protocol=https\nhost=localhost\n\n");

/** A setting with the script as its value. */
const setting = (name: string, trigger: Vector["trigger"], others: Record<string, string> = {}): Vector => ({
  name,
  plant: (root, script) => configure(root, { ...others, [name]: script }),
  trigger,
});

/** A driver, and attributes that choose it. */
const driver = (name: string, attribute: string, trigger: Vector["trigger"]): Vector => ({
  name,
  plant(root, script) {
    configure(root, { [name]: script });
    plantFile(root, ".gitattributes", `* ${attribute}\n`);
    plantFile(root, "a.txt", "changed\n");
  },
  trigger,
});

export const configurationVectors: readonly Vector[] = [
  setting("core.fsmonitor", plain("status")),
  setting("core.editor", plain("commit", "--allow-empty")),
  setting("sequence.editor", plain("rebase", "-i", "--root")),
  setting("core.pager", null),
  setting("core.askPass", askForPassword),
  setting("credential.helper", askForPassword),
  setting("core.sshCommand", fetch, { "remote.origin.url": "ssh://localhost/nowhere" }),
  setting("core.gitProxy", fetch, { "remote.origin.url": "git://localhost/nowhere" }),
  setting("core.alternateRefsCommand", null),
  setting("uploadpack.packObjectsHook", null),
  setting("gpg.program", commit, { "commit.gpgSign": "true", "log.showSignature": "true" }),
  setting("remote.origin.uploadpack", fetch, { "remote.origin.url": "/" }),
  setting("remote.origin.receivepack", plain("push", "--quiet", "origin", "HEAD:refs/heads/x"), {
    "remote.origin.url": "/",
  }),
  setting("diff.external", (root) => {
    plantFile(root, "a.txt", "changed\n");
    attempt(root, ["diff"]);
  }),
  {
    name: "alias",
    plant: (root, script) => configure(root, { "alias.status": `!${script}`, "alias.log": `!${script}` }),
    trigger: null,
  },
  {
    name: "trailer.<name>.cmd",
    plant: (root, script) => configure(root, { "trailer.evil.cmd": script }),
    trigger: (root) => attempt(root, ["interpret-trailers", "--trailer", "evil=1"], "subject\n"),
  },
  {
    name: "ext:: remote",
    plant: (root, script) => configure(root, { "protocol.ext.allow": "always", "remote.origin.url": `ext::${script}` }),
    trigger: fetch,
  },
  {
    name: "url.<base>.insteadOf",
    plant(root, script) {
      configure(root, { "protocol.ext.allow": "always", "remote.origin.url": "https://localhost/x" });
      userGit(root, ["config", `url.ext::${script}.insteadOf`, "https://localhost/x"]);
      userGit(root, ["config", "--add", `url.ext::${script}.insteadOf`, root]);
    },
    trigger: fetch,
  },
  driver("diff.evil.command", "diff=evil", plain("diff")),
  driver("diff.evil.textconv", "diff=evil", plain("diff")),
  driver("filter.evil.clean", "filter=evil", plain("add", "a.txt")),
  driver("filter.evil.process", "filter=evil", plain("add", "a.txt")),
  driver("filter.evil.smudge", "filter=evil", (root) => {
    rmSync(join(root, "a.txt"));
    attempt(root, ["checkout", "--", "a.txt"]);
  }),
  {
    name: "merge.<driver>.driver",
    plant(root, script) {
      configure(root, { "merge.evil.driver": `${script} %O %A %B` });
      plantFile(root, ".gitattributes", "* merge=evil\n");
    },
    trigger(root) {
      for (const branch of ["left", "right"]) {
        attempt(root, ["checkout", "--quiet", "-b", branch, "HEAD"]);
        plantFile(root, "b.txt", `${branch}\n`);
        attempt(root, ["add", "b.txt"]);
        attempt(root, ["commit", "--quiet", "-m", branch]);
        if (branch === "left") attempt(root, ["checkout", "--quiet", "HEAD~"]);
      }
      attempt(root, ["merge", "--quiet", "left"]);
    },
  },
  {
    name: "core.attributesFile",
    plant(root, script) {
      plantFile(root, "attributes", "* filter=evil\n");
      configure(root, { "core.attributesFile": join(root, "attributes"), "filter.evil.clean": script });
      plantFile(root, "a.txt", "changed\n");
    },
    trigger: plain("add", "a.txt"),
  },
  {
    name: "core.hooksPath in the tree",
    plant(root, script) {
      plantHook(root, "pre-commit", script, ".husky");
      plantHook(root, "post-checkout", script, ".husky");
      configure(root, { "core.hooksPath": ".husky" });
    },
    trigger: commit,
  },
  {
    name: "include.path",
    plant(root, script) {
      plantFile(root, "included", `[core]\n\tfsmonitor = ${script}\n`);
      configure(root, { "include.path": join(root, "included") });
    },
    trigger: plain("status"),
  },
  {
    name: "includeIf.gitdir",
    plant(root, script) {
      plantFile(root, "included", `[core]\n\tfsmonitor = ${script}\n`);
      configure(root, { "includeIf.gitdir:/.path": join(root, "included") });
    },
    trigger: plain("status"),
  },
  {
    name: "config.worktree",
    plant(root, script) {
      configure(root, { "extensions.worktreeConfig": "true" });
      plantFile(root, ".git/config.worktree", `[core]\n\tfsmonitor = ${script}\n`);
    },
    trigger: plain("status"),
  },
];
