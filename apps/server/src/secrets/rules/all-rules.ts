import { cloudRules } from "./clouds.ts";
import { codeHostRules } from "./code-hosts.ts";
import type { SecretRule } from "./rule.ts";
import { serviceRules } from "./services.ts";
import { shapeRules } from "./shapes.ts";

/** Those that name an issuer come first: the first that fits a place gives it its name. */
export const allRules: readonly SecretRule[] = [...codeHostRules, ...cloudRules, ...serviceRules, ...shapeRules];
