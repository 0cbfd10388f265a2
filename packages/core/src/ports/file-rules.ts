// The port of the file policy: what may be done with a path of a repository. sandbox implements it; workspace, indexer and search keep it.
import type { FileJudgement } from "@outpost/protocol";

export interface FileRules {
  /** `path`: relative to the root, with "/". Never throws; what no rule names may be written. */
  judge(path: string): FileJudgement;
}
