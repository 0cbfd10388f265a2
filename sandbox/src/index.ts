export { defaultCommandUid } from "./identity.ts";
export { defaultProcessLimits } from "./limits.ts";
export { prepareWritableDirectory } from "./ownership.ts";
export { createProcessRunner, type ProcessRunnerOptions, type SandboxRunner } from "./process-runner.ts";
