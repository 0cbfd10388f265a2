// CMake projects: configure, build and CTest in one command, in a directory that no change will contain: `build` where git ignores
// it, else below the private temporary directory. Plain make projects: their `test` or `check` target.
import type { TestPlace, TestPlan } from "./test-plan.ts";

const declaresTests =
  /\b(?:enable_testing|add_test|gtest_discover_tests|catch_discover_tests)\s*\(|\binclude\s*\(\s*CTest\s*\)/i;

/** One per source directory: CMake refuses a build directory that another source configured. */
const temporaryBuild = "$" + "{TMPDIR:-/tmp}/outpost-build-$(pwd | cksum | cut -d' ' -f1)";

export async function planCmake(place: TestPlace): Promise<TestPlan | undefined> {
  const { probe, directory } = place;
  if ((await probe.read(directory, "CMakeLists.txt")) === undefined) return undefined;
  const lists = await probe.find(directory, "CMakeLists.txt", 40);
  const texts = await Promise.all(lists.map((path) => probe.read(directory, path)));
  if (!texts.some((text) => text !== undefined && declaresTests.test(text))) return undefined;
  const build = (await hasOwnBuildDirectory(place)) ? "build" : temporaryBuild;
  return { framework: "ctest", argv: ["sh", "-c", composeScript(build, place.target)] };
}

async function hasOwnBuildDirectory({ probe, directory, environment }: TestPlace): Promise<boolean> {
  if (
    directory !== "." ||
    environment.setup?.outputs.includes("build") ||
    environment.sharedDirectories.includes("build")
  ) {
    return false;
  }
  const ignored = (await probe.read(".", ".gitignore")) ?? "";
  return /^(?:\*\*)?\/?build\*?\/?\s*$/m.test(ignored);
}

/** What building prints is shown only when it fails. */
function composeScript(build: string, target: string | undefined): string {
  const name =
    target
      ?.split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "") ?? "";
  const only = /^[\w-]+$/.test(name) ? ` -R ${name}` : "";
  return [
    `d="${build}"`,
    'mkdir -p "$d"',
    'd=$(cd "$d" && pwd)',
    'cmake -S . -B "$d" >"$d/outpost.log" 2>&1 && cmake --build "$d" -j "$(nproc 2>/dev/null || echo 2)" >>"$d/outpost.log" 2>&1' +
      ' || { tail -c 30000 "$d/outpost.log"; echo "the build failed"; exit 1; }',
    `cd "$d" && exec ctest --output-on-failure${only}`,
  ].join("; ");
}

export async function planMake({ probe, directory }: TestPlace): Promise<TestPlan | undefined> {
  const text = (await probe.read(directory, "Makefile")) ?? (await probe.read(directory, "GNUmakefile")) ?? "";
  const target = ["test", "check"].find((name) => new RegExp(`^${name}\\s*:(?!=)`, "m").test(text));
  return target === undefined ? undefined : { framework: "make", argv: ["make", target] };
}
