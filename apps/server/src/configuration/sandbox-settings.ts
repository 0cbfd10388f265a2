// The settings of what commands run in and what they may use, as a part of the configuration's schema.
import { z } from "zod";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const GIBIBYTE = 1024 * MEBIBYTE;

const hostRules = z
  .array(
    z.string().regex(/^(?:\*\.)?[a-z0-9.:-]{1,253}(?::\d{1,5})?$/, "a host in small letters, with :port or without"),
  )
  .max(200)
  .default([]);

export const sandboxSettings = {
  setupHosts: hostRules.describe(
    "Hosts that set-up commands may reach, through a proxy: `registry.npmjs.org`, `*.debian.org`, `10.0.0.5:8080`; without a port 80 and 443",
  ),
  commandHosts: hostRules.describe(
    "The same for commands of tasks. Better left empty: what a command can reach it can also send to",
  ),
  bubblewrapPath: z
    .string()
    .startsWith("/")
    .optional()
    .describe(
      "The program bubblewrap; absent: looked for in /usr/bin, /usr/local/bin and /bin, as far as PATH names them",
    ),
  containerEngine: z
    .string()
    .startsWith("/")
    .optional()
    .describe("The program docker or podman: commands run in containers where bubblewrap does not work"),
  containerImage: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}$/)
    .optional()
    .describe("The image of those containers, with the toolchains; it must be there, nothing is pulled"),
  containerHost: z
    .string()
    .regex(/^(?:unix|tcp|ssh):\/\/\S+$/)
    .optional()
    .describe("The engine's address, as in DOCKER_HOST; absent: its default"),
  declaredSandbox: z
    .string()
    .regex(/^[\w .:/@-]{1,100}$/)
    .optional()
    .describe(
      "The name of the container or machine that you declare to be the sandbox: where neither bubblewrap nor a container engine works, commands run in it without isolation of Outpost's own. Audited, and shown in `outpost status`",
    ),
  controlGroups: z
    .boolean()
    .default(true)
    .describe(
      "Whether each command gets a control group where the server can make one: memory, processes and processor are then bounded for all of its processes together",
    ),
  commandProcesses: z.int().min(8).max(100_000).default(512).describe("Processes of one command"),
  commandCpuSeconds: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(3600)
    .describe(
      "Processor time of one process of a command, in seconds; never more than its wall clock on all processors",
    ),
  commandFileBytes: z
    .int()
    .min(4096)
    .max(1024 * GIBIBYTE)
    .default(GIBIBYTE)
    .describe("Size of one file that a command writes, in bytes"),
  commandTmpBytes: z
    .int()
    .min(MEBIBYTE)
    .max(1024 * GIBIBYTE)
    .default(GIBIBYTE)
    .describe("Size of a command's private /tmp, in bytes"),
  commandOutputBytes: z
    .int()
    .min(4096)
    .max(64 * MEBIBYTE)
    .default(256 * KIBIBYTE)
    .describe("What is kept of each output of a command, head and tail, in bytes"),
  commandProducedBytes: z
    .int()
    .min(MEBIBYTE)
    .max(1024 * GIBIBYTE)
    .default(256 * MEBIBYTE)
    .describe("A command that prints more than this is ended, in bytes"),
  keptOutputBytes: z
    .int()
    .min(MEBIBYTE)
    .max(GIBIBYTE)
    .default(8 * MEBIBYTE)
    .describe("What is kept of one command's output in a file, the first and the last of it, in bytes"),
  keptOutputTaskBytes: z
    .int()
    .min(MEBIBYTE)
    .max(1024 * GIBIBYTE)
    .default(128 * MEBIBYTE)
    .describe("What is kept of the outputs of all commands of one task, in bytes; the oldest go first"),
  backgroundCommands: z
    .int()
    .min(0)
    .max(64)
    .default(4)
    .describe("Commands of one task that may run in its background at the same time"),
  backgroundTimeoutMs: z
    .int()
    .min(1000)
    .max(2_147_483_647)
    .default(14_400_000)
    .describe("How long a command in the background may run, in milliseconds; it ends with the run in any case"),
  minFreeDiskBytes: z
    .int()
    .min(0)
    .max(1024 * GIBIBYTE)
    .default(256 * MEBIBYTE)
    .describe(
      "What commands must leave free on the disk of their worktree, in bytes: none starts below it, and one that goes below it is ended; 0: no floor",
    ),
} as const;

/** What the sandbox needs to know, in every process of the server that starts commands or git. */
export const SandboxSettings = z.object(sandboxSettings);
export type SandboxSettings = z.infer<typeof SandboxSettings>;
