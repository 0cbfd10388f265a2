export { chunkText, chunkTree } from "./chunker/chunker.ts";
export { chunkerVersion } from "./chunker/limits.ts";
export type { Definition, Outline, SyntaxNode } from "./chunker/outline.ts";
export { delayOptimizing } from "./delay-optimizing.ts";
export {
  createFilePolicy,
  type DeniedPaths,
  type FilePolicy,
  type FilePolicyOptions,
  type SkipVerdict,
} from "./file-policy/file-policy.ts";
export { describeLanguages } from "./languages/describe-languages.ts";
export type { Language } from "./languages/language.ts";
export type { Lexis } from "./languages/lexis.ts";
export { detectLanguage, getLanguage } from "./languages/registry.ts";
export { scanNames } from "./languages/scan-names.ts";
export type { ProcessEntry } from "./parser/fork-parser.ts";
export type { GrammarSupport } from "./parser/messages.ts";
export {
  createParser,
  type ParseResult,
  type Parser,
  type ParserOptions,
  type ParserStats,
} from "./parser/parser.ts";
export { createParserPool, type ParserPoolOptions } from "./parser/parser-pool.ts";
export { runParserProcess } from "./parser/parser-process.ts";
export { probeGrammars } from "./parser/probe-grammars.ts";
export { collectOrphans } from "./pipeline/collect-orphans.ts";
export { gitBlobId } from "./pipeline/git-blob-id.ts";
export { type ChangedPath, type IndexChangedPathsInput, indexChangedPaths } from "./pipeline/index-changed-paths.ts";
export { type IndexPathsInput, indexPaths, type PathsOutcome } from "./pipeline/index-paths.ts";
export { type IndexOutcome, type IndexRepositoryInput, indexRepository } from "./pipeline/index-repository.ts";
export { defaultPipelineLimits, type PipelineLimits } from "./pipeline/limits.ts";
export { createIndexIdentity, type FileProblem, type IndexingPorts, type TermExtractor } from "./pipeline/ports.ts";
export type { IndexProgress } from "./pipeline/progress.ts";
export { quantise } from "./pipeline/quantise.ts";
export { createVectorSync, type SyncProgress, type VectorSync } from "./vectors/vector-sync.ts";
export { type RepairIndexInput, repairIndex } from "./verifying/repair-index.ts";
export { type FoundFault, type Verification, type VerifyIndexInput, verifyIndex } from "./verifying/verify-index.ts";
export { type FollowSourceInput, followSource, type Look, type SourceFollower } from "./watcher/follow-source.ts";
export { defaultFollowLimits, type FollowLimits } from "./watcher/limits.ts";
export type { FollowedSource } from "./watcher/source-watches.ts";
