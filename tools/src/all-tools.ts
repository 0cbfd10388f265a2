// All tools, in the order in which they are sent with every request.
import type { Tool } from "@outpost/core";
import { applyPatch } from "./apply-patch.ts";
import { askUser } from "./ask-user.ts";
import { editFile } from "./edit-file.ts";
import { findFiles } from "./find-files.ts";
import { findSymbol } from "./find-symbol.ts";
import { finish } from "./finish.ts";
import { gitCommit } from "./git-commit.ts";
import { gitDiff } from "./git-diff.ts";
import { gitLog } from "./git-log.ts";
import { gitStatus } from "./git-status.ts";
import { grepCode } from "./grep-code.ts";
import { listDirectory } from "./list-directory.ts";
import { readFile } from "./read-file.ts";
import { readOutput } from "./read-output.ts";
import { remember } from "./remember.ts";
import { repositoryMap } from "./repository-map.ts";
import { runCommand } from "./run-command.ts";
import { runTests } from "./run-tests.ts";
import { searchCode } from "./search-code.ts";
import { updatePlan } from "./update-plan.ts";
import { writeFile } from "./write-file.ts";

export function createTools(): readonly Tool[] {
  return [
    readFile,
    searchCode,
    grepCode,
    findSymbol,
    repositoryMap,
    findFiles,
    listDirectory,
    editFile,
    applyPatch,
    writeFile,
    runTests,
    runCommand,
    readOutput,
    gitStatus,
    gitDiff,
    gitLog,
    gitCommit,
    updatePlan,
    remember,
    askUser,
    finish,
  ];
}

export function findTool(name: string, tools: readonly Tool[] = createTools()): Tool | undefined {
  return tools.find((tool) => tool.schema.name === name);
}
