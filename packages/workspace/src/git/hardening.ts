// What every git process of Outpost is told: configuration that wins over the repository's, an environment that asks nobody.
// Covered: hooks, fsmonitor, pagers, editors, credentials, signing, transports, background maintenance, replacement objects.
// Not covered: drivers with free names (filters, merge, textconv); the mirror's info/attributes and --no-textconv see to those.
const settings: readonly string[] = [
  "advice.detachedHead=false",
  "commit.gpgSign=false",
  "core.alternateRefsCommand=",
  "core.askPass=",
  "core.attributesFile=/dev/null",
  "core.autocrlf=false",
  "core.bigFileThreshold=64m",
  "core.editor=false",
  "core.excludesFile=/dev/null",
  "core.fileMode=true",
  "core.fsmonitor=false",
  "core.fsync=loose-object,pack,pack-metadata,reference",
  "core.fsyncMethod=batch",
  "core.gitProxy=",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  "core.quotePath=false",
  "core.safecrlf=false",
  "core.splitIndex=false",
  "core.sshCommand=false",
  "core.symlinks=true",
  "core.untrackedCache=false",
  "credential.helper=",
  "diff.renameLimit=2000",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
  "gpg.program=false",
  "init.defaultBranch=main",
  "log.showSignature=false",
  "maintenance.auto=false",
  "protocol.allow=never",
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "tag.gpgSign=false",
  "user.email=outpost@localhost",
  "user.name=Outpost",
];

type Protocol = "file" | "http" | "https";

/** Arguments before the subcommand. `protocol`: remotes of this kind may be spoken to, and no others; null: none. */
export function hardenedArguments(options: { protocol: Protocol | null; literalPathspecs: boolean }): string[] {
  const all = [
    ...settings,
    "http.followRedirects=false",
    `protocol.file.allow=${options.protocol === "file" ? "always" : "never"}`,
    ...(options.protocol && options.protocol !== "file" ? [`protocol.${options.protocol}.allow=always`] : []),
  ];
  return [
    ...all.flatMap((setting) => ["-c", setting]),
    "--no-pager",
    "--no-optional-locks",
    ...(options.literalPathspecs ? ["--literal-pathspecs"] : []),
  ];
}

/** The environment besides what a command adds. The global file is ours, so that nobody's own is read. */
export function hardenedEnvironment(
  globalConfigPath: string,
  options: { protocol: Protocol | null },
): Record<string, string> {
  return {
    GIT_ALLOW_PROTOCOL: options.protocol ?? "none",
    GIT_ASKPASS: "false",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: globalConfigPath,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_EDITOR: "false",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
    GIT_SSH_COMMAND: "false",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}

/** The global configuration file. `safe.directory` stands here because the other end of a local fetch does not see `-c`. */
export const globalConfigText = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsmonitor = false
`;
