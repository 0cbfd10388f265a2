// A reporter of vitest: writes each test with its state, and why it was not run, to the file that OUTPOST_TEST_REPORT names. (Its own JSON
// has no reasons.) Also the files that failed outside of a test.
import { writeFileSync } from "node:fs";

/** A reason is what the test said when it gave up (`skip("…")`), or what its title says that it needs (`… [needs root]`). */
function reasonOf(test) {
  const result = test.result();
  if (result.state !== "skipped") return undefined;
  return result.note ?? /\[(needs [^\]]+)\]/.exec(test.fullName)?.[1] ?? "no reason given";
}

export default class {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        file: module.moduleId,
        name: test.fullName,
        state: test.result().state,
        reason: reasonOf(test),
      })),
    );
    const failedFiles = modules.filter((module) => module.state() === "failed").map(({ moduleId }) => moduleId);
    writeFileSync(process.env.OUTPOST_TEST_REPORT, JSON.stringify({ tests, failedFiles }));
  }
}
