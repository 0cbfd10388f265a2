import { expect, it } from "vitest";
import { compiledPackages } from "./install.ts";

it.each([
  ["linux", "x64", [], ["linux-x64"]],
  ["linux", "x64", ["/dev/nvidia0", "/dev/dri"], ["linux-x64", "linux-x64-cuda", "linux-x64-cuda-ext"]],
  ["linux", "x64", ["/dev/dri"], ["linux-x64", "linux-x64-vulkan"]],
  ["linux", "arm64", ["/dev/dri"], ["linux-arm64"]],
  ["darwin", "arm64", [], ["mac-arm64-metal"]],
  ["darwin", "x64", [], ["mac-x64"]],
])("on %s %s with %j it takes %j", (platform, arch, devices, expected) => {
  const packages = compiledPackages(platform, arch, (path) => devices.includes(path));
  expect(packages).toEqual(expected.map((name) => `@node-llama-cpp/${name}`));
});

it("says where nothing was compiled", () => {
  expect(() => compiledPackages("linux", "riscv64", () => false)).toThrow(/nothing compiled for linux on riscv64/);
});
