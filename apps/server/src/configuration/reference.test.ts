import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { renderConfigurationReference } from "./reference.ts";

it("docs/configuration.md is what the schema says (npm test -- apps/server/src/configuration --update writes it)", async () => {
  const page = fileURLToPath(new URL("../../../../docs/configuration.md", import.meta.url));
  await expect(renderConfigurationReference()).toMatchFileSnapshot(page);
});
