export { defaultCommandUid } from "./identity.ts";
export { defaultProcessLimits } from "./limits.ts";
export { isAllowedAddress } from "./network/host-rules.ts";
export { prepareWritableDirectory } from "./ownership.ts";
export type { Policy } from "./policy/load/combine.ts";
export { type LastGood, openPolicyLoader, type PolicyLoader } from "./policy/load/policy-loader.ts";
export { policyFileName, readUserPolicy } from "./policy/load/source.ts";
export { createProcessRunner, type ProcessRunnerOptions, type SandboxRunner } from "./process-runner.ts";
export { createRing, type Ring } from "./ring.ts";
