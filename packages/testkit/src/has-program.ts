// Whether a program that a test runs is there, so that the test can say what it needs.
import { spawnSync } from "node:child_process";

export function hasProgram(name: string): boolean {
  return spawnSync(name, ["--version"]).status === 0;
}
