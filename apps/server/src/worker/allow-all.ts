// The policy of who has none: the sandbox and the decision on the change are what protects.
import type { ToolPolicy } from "@outpost/core";

export const allowAll: ToolPolicy = {
  judge: async () => ({ verdict: "allow", reason: "", rule: null, argv: null, cwd: null }),
};
