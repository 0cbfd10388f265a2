// Settings of what becomes of changes: commits, pushes, patches, checkpoints. Part of the one schema.
import { z } from "zod";

const branchNames = z.array(z.string().min(1).max(200)).max(100);

export const changeSettings = {
  commitAuthor: z
    .string()
    .regex(/^[^<>\n\r\0]+ <[^<>\s\0]+>$/, 'give "Name <address>"')
    .max(300)
    .default("Outpost <outpost@localhost>")
    .describe("Author and committer of commits that Outpost makes, as `Name <address>`"),
  pushRemotes: z
    .record(z.string(), z.string().max(2048))
    .default({})
    .describe(
      "Where changes of a repository may be pushed: its name → an https address, or the path of a bare repository",
    ),
  pushCredentialFile: z.string().optional().describe("File with `user:token` for https addresses in `pushRemotes`"),
  protectedBranches: branchNames
    .default(["main", "master"])
    .describe(
      "Branches that are never pushed to, nor committed to unless one is checked out and a commit is asked for; `*` stands for anything",
    ),
  maxPatchBytes: z
    .int()
    .min(1024)
    .max(5_000_000)
    .default(2_000_000)
    .describe("Larger patches from outside are refused, in bytes"),
  maxPatchFileBytes: z
    .int()
    .min(1024)
    .max(20_000_000)
    .default(1_000_000)
    .describe("Patches of larger files are refused, in bytes"),
  allowedBranches: branchNames.default([]).describe("Branches that may be, although `protectedBranches` names them"),
};
