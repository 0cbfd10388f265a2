// outpost.policy.yaml as a schema: rules for commands and files, and the switches that other parts read. The user's file may say anything;
// a repository's file can only tighten, which `combine` in sandbox sees to. Unknown keys are errors.
import { z } from "zod";

export const Verdict = z.enum(["allow", "ask", "deny"]);
export type Verdict = z.infer<typeof Verdict>;

const ruleName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and dashes");
const words = z.array(z.string().min(1).max(1000)).max(400);
/** Command lines as one would type them. */
const exampleLines = z.array(z.string().min(1).max(2000)).max(200).default([]);

/** Ways to reach a program besides its name in PATH: as an installed tool of the project. */
export const ProgramOrigin = z.enum(["virtualenv", "node_modules", "python_module"]);
export type ProgramOrigin = z.infer<typeof ProgramOrigin>;

/**
 * A rule over one command's arguments. An `allow` rule matches only what it lists, letter by letter: flags that are not listed, and
 * arguments that are not of the listed kind, are not matched. An `ask` or `deny` rule matches generously: abbreviated and bundled
 * flags, and subcommands wherever they may stand. The strictest rule that matches wins, but for an `ask` rule that names programs and
 * nothing else: it says why they ask where no other rule matches.
 *
 * A flag is written `-v`, `--all`, `--max=number`, `-k=text`, `--color[=text]` (value only after "="), `-O*`, `-#` (a number by itself). What it takes, and what
 * arguments are: `text`, `phrase` (words that mean nothing to a shell), `number`, `name`, `read` (a path inside), `write` (a path inside that may be written), `local` (a path that
 * begins with "."), `revision`, `sed`, `awk` and `jq` (scripts that only show), `operand` (of `test`), or words between bars: `short|long`. `...` after the last argument: any number of them.
 */
export const CommandRule = z.strictObject({
  id: ruleName,
  program: z.array(z.string().min(1).max(100)).min(1).max(100),
  /** Also when reached as an installed tool of the project; its code is the project's then. */
  from: z.array(ProgramOrigin).default([]),
  /** One of these must follow the program: "build", "mod tidy". Absent: anything. */
  subcommand: words.optional(),
  /** What may stand between program and subcommand. */
  globalFlags: words.default([]),
  /** For `allow`: all flags that may be given. `any` for rules that must not look at them. */
  flags: words.or(z.literal("any")).optional(),
  /** `letters`: `-xv` is `-x -v`, `-k3` is `-k 3`. `words`: flags are whole words with one dash (`-run`). `compiler`: both words and `-Ipath`. */
  style: z.enum(["letters", "words", "compiler"]).default("letters"),
  /** For `allow`: the kinds of the arguments in order. Absent: there must be none. */
  arguments: words.or(z.literal("any")).optional(),
  /** For `allow`: what may follow a "--", when that is for another program: flags and words of this list. */
  afterDashes: words.optional(),
  /** For `ask` and `deny`: one of these flags must be there. */
  hasFlag: words.optional(),
  /** For `ask` and `deny`: an argument must be like one of these (`*` stands for anything). */
  hasArgument: words.optional(),
  /** For `ask` and `deny`: an argument must be a path like this: the repository's root or what holds it; outside of it. */
  hasPath: z.enum(["root", "outside"]).optional(),
  verdict: Verdict,
  reason: z.string().min(1).max(500),
  matches: exampleLines,
  matchesNot: exampleLines,
});
export type CommandRule = z.infer<typeof CommandRule>;

export const FileAccess = z.enum(["write", "read", "deny"]);
export type FileAccess = z.infer<typeof FileAccess>;

/** Globs are as in `find_files`; case does not count. One without "/" fits the name in any folder, and what is below a folder of that name. */
export const FileRule = z.strictObject({
  globs: z.array(z.string().min(1).max(500)).min(1).max(200),
  except: z.array(z.string().min(1).max(500)).max(200).default([]),
  /** `write`: read and write; `read`: not written; `deny`: neither, nor listed, searched, indexed or seen by commands. */
  access: FileAccess,
  reason: z.string().min(1).max(500),
  matches: z.array(z.string().min(1).max(1000)).max(200).default([]),
  matchesNot: z.array(z.string().min(1).max(1000)).max(200).default([]),
});
export type FileRule = z.infer<typeof FileRule>;

const branchGlobs = z.array(z.string().min(1).max(200)).max(100);
/** A host name, or `*.` and one. Never `*` alone or a whole top-level domain. */
const hostPattern = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    "a host name, in small letters",
  )
  .refine((host) => !/^\*\.[^.]+$/.test(host), "a whole top-level domain is too wide");

export const PolicyFile = z.strictObject({
  version: z.literal(1),
  commands: z.array(CommandRule).max(1000).default([]),
  files: z.array(FileRule).max(500).default([]),
  /** `required`: a plan is shown to a person before anything is changed. */
  plan: z.enum(["required", "optional"]).optional(),
  /** `true`: a run may only read and propose; commands that are not allowed outright are not run. */
  dryRun: z.boolean().optional(),
  /** What is said of commands that no rule speaks of, and of shell lines that cannot be read in advance. A repository can only make it stricter. */
  unmatched: Verdict.optional(),
  /** What `ask` means where nobody is there to answer: wait for a decision, or refuse at once. */
  asking: z.enum(["wait", "deny"]).optional(),
  /** Whether a change whose tests passed may be applied without a person. A repository can only switch it off. */
  autoApply: z.enum(["never", "when_green"]).optional(),
  push: z
    .strictObject({
      /** Branches that are never pushed to, nor committed to unless one is checked out, besides those that the server's configuration protects. */
      protected: branchGlobs.optional(),
      /** Names that may be, although `protected` holds a pattern that fits them. */
      allowed: branchGlobs.optional(),
    })
    .optional(),
  network: z
    .strictObject({
      /** Hosts that commands may reach through the proxy. Empty: none. */
      hosts: z.array(hostPattern).max(200),
    })
    .optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;
