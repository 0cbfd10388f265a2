import { readFileSync } from "node:fs";
import { serverEnvironment, serverNodeFlags } from "@outpost/protocol";
import { afterEach, expect, it, vi } from "vitest";
import { childEnvironment } from "./child-environment.ts";

afterEach(() => vi.unstubAllEnvs());

it("is that of the server, with what children should have where nobody said otherwise", () => {
  vi.stubEnv("OUTPOST_OF_THE_SERVER", "x");
  vi.stubEnv("MALLOC_TRIM_THRESHOLD_", undefined);
  expect(childEnvironment()).toMatchObject({ ...serverEnvironment, OUTPOST_OF_THE_SERVER: "x" });
  vi.stubEnv("MALLOC_TRIM_THRESHOLD_", "1000000");
  expect(childEnvironment()).toMatchObject({ MALLOC_TRIM_THRESHOLD_: "1000000" });
});

it("is given to the server of the image, too", () => {
  const dockerfile = readFileSync(new URL("../../../../Dockerfile", import.meta.url), "utf8");
  for (const [name, value] of Object.entries(serverEnvironment)) expect(dockerfile).toContain(` ${name}=${value}`);
  for (const flag of serverNodeFlags) expect(dockerfile).toContain(`"${flag}"`);
});
