// How many tests passed, failed and were skipped, read from what a test runner prints in its summary. Pure.
// Counts are null-safe by being absent: output without a known summary gives undefined, never zeros.
// A test that failed as expected counts as skipped; an error counts as a failure.

export interface TestCounts {
  framework: string;
  passed: number;
  failed: number;
  skipped: number;
}

type Counts = Omit<TestCounts, "framework">;
type Parser = (output: string) => Counts | undefined;

/** In the order in which unknown output is tried: those whose summary cannot be taken for another's come first. */
const parsers: Record<string, Parser> = {
  ctest: parseCtest,
  pytest: parsePytest,
  unittest: parseUnittest,
  vitest: parseVitest,
  jest: parseJest,
  googletest: parseGoogletest,
  "node:test": parseNodeTest,
  mocha: parseMocha,
};

/** `framework`: tried first. The result names the one whose summary was found. */
export function parseTestCounts(framework: string, output: string): TestCounts | undefined {
  const first = parsers[framework]?.(output);
  if (first) return { framework, ...first };
  for (const [name, parse] of Object.entries(parsers)) {
    const counts = parse(output);
    if (counts) return { framework: name, ...counts };
  }
  return undefined;
}

/** `3 failed, 2 passed, 1 skipped in 0.12s`, between "=" or alone (-q). */
function parsePytest(output: string): Counts | undefined {
  const summaries = output.match(/^(?:=+ )?(?:\d+ [a-z]+, )*(?:\d+ [a-z]+|no tests ran) in [\d.]+s.*$/gm);
  const summary = summaries?.at(-1);
  if (summary === undefined) return undefined;
  const count = (word: string) => sum(summary, new RegExp(`(\\d+) ${word}\\b`, "g"));
  return {
    passed: count("passed") + count("xpassed"),
    failed: count("failed") + count("errors?"),
    skipped: count("skipped") + count("xfailed"),
  };
}

/** `Ran 5 tests in 0.001s`, then `OK (skipped=1)` or `FAILED (failures=1, errors=1)`. */
function parseUnittest(output: string): Counts | undefined {
  const found = [...output.matchAll(/^Ran (\d+) tests? in .*\n+(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?/gm)].at(-1);
  if (found === undefined) return undefined;
  const details = found[2] ?? "";
  const count = (word: string) => sum(details, new RegExp(`(?:^|, )${word}=(\\d+)`, "g"));
  const failed = count("failures") + count("errors") + count("unexpected successes");
  const skipped = count("skipped") + count("expected failures");
  return { passed: Math.max(0, Number(found[1]) - failed - skipped), failed, skipped };
}

/** `67% tests passed, 1 tests failed out of 3`; skipped and disabled ones are listed below it. */
function parseCtest(output: string): Counts | undefined {
  const found = /^\d+% tests passed, (\d+) tests? failed(?:, \d+ tests? skipped)? out of (\d+)/m.exec(output);
  if (found === null) {
    return /^No tests were found!!!/m.test(output) ? { passed: 0, failed: 0, skipped: 0 } : undefined;
  }
  const failed = Number(found[1]);
  const skipped = [...output.matchAll(/^\s*\d+ - .+ \(Skipped\)\s*$/gm)].length;
  const disabled = [...output.matchAll(/^\s*\d+ - .+ \(Disabled\)\s*$/gm)].length;
  return { passed: Math.max(0, Number(found[2]) - failed - skipped), failed, skipped: skipped + disabled };
}

/** `[  PASSED  ] 3 tests.` and its kin; several binaries add up. */
function parseGoogletest(output: string): Counts | undefined {
  if (!/^\[={10}\] /m.test(output)) return undefined;
  return {
    passed: sum(output, /^\[ {2}PASSED {2}\] (\d+) tests?\./gm),
    failed: sum(output, /^\[ {2}FAILED {2}\] (\d+) tests?, listed below/gm),
    skipped: sum(output, /^\[ {2}SKIPPED \] (\d+) tests?, listed below/gm),
  };
}

/** `Tests  1 failed | 2 passed (3)`; a file that does not load has no tests, but failed all the same. */
function parseVitest(output: string): Counts | undefined {
  if (/^No test files found/m.test(output)) return { passed: 0, failed: 0, skipped: 0 };
  const tests = output.match(/^\s*Tests {2}.*(?:\(\d+\)|no tests)\s*$/gm)?.join("\n");
  if (tests === undefined) return undefined;
  const files = output.match(/^\s*Test Files {2}.*$/gm)?.join("\n") ?? "";
  return {
    passed: sum(tests, /(\d+) passed/g),
    failed: Math.max(sum(tests, /(\d+) failed/g), sum(files, /(\d+) failed/g)),
    skipped: sum(tests, /(\d+) (?:skipped|todo)/g),
  };
}

/** `Tests:       1 failed, 1 skipped, 2 passed, 4 total`; a suite that does not load has no tests, but failed all the same. */
function parseJest(output: string): Counts | undefined {
  const tests = output.match(/^Tests: +.*\d+ total\s*$/gm)?.join("\n");
  if (tests === undefined) return undefined;
  const suites = output.match(/^Test Suites: +.*$/gm)?.join("\n") ?? "";
  return {
    passed: sum(tests, /(\d+) passed/g),
    failed: Math.max(sum(tests, /(\d+) failed/g), sum(suites, /(\d+) failed/g)),
    skipped: sum(tests, /(\d+) (?:skipped|todo)/g),
  };
}

/** `ℹ pass 3` (spec reporter) or `# pass 3` (TAP). */
function parseNodeTest(output: string): Counts | undefined {
  const count = (word: string) => sum(output, new RegExp(`^(?:ℹ|#) ${word} (\\d+)\\s*$`, "gm"));
  if (!/^(?:ℹ|#) pass \d+\s*$/m.test(output)) return undefined;
  return {
    passed: count("pass"),
    failed: count("fail") + count("cancelled"),
    skipped: count("skipped") + count("todo"),
  };
}

/** `  2 passing (5ms)`, `  1 pending`, `  1 failing`. */
function parseMocha(output: string): Counts | undefined {
  if (!/^\s+\d+ passing \(/m.test(output)) return undefined;
  return {
    passed: sum(output, /^\s+(\d+) passing \(/gm),
    failed: sum(output, /^\s+(\d+) failing\s*$/gm),
    skipped: sum(output, /^\s+(\d+) pending\s*$/gm),
  };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
}
