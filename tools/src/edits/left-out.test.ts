import { describe, expect, it } from "vitest";
import { findLeftOutMark } from "./left-out.ts";

describe("findLeftOutMark", () => {
  it.each([
    ["// ... rest of the code"],
    ["  # ... existing code ..."],
    ["/* ... remaining methods ... */"],
    ["<!-- ... rest of file ... -->"],
    ["... (rest unchanged) ..."],
    ["    // … same as before"],
    ["{/* ... other components */}"],
    ["-- ... unchanged"],
  ])("%s", (line) => {
    expect(findLeftOutMark(`a()\n${line}\nb()`, "")).toBe(line);
  });

  it.each([
    ["    ..."],
    ["foo(...rest)"],
    ["// the rest of the code is in b.ts"],
    ["  ...existing,"],
    ["  ...rest"],
    ["print('... more')"],
    ["# more..."],
    ["// ... and then it waits"],
  ])("leaves %s alone", (line) => {
    expect(findLeftOutMark(`a()\n${line}\nb()`, "")).toBeUndefined();
  });

  it("leaves a line alone that was there before", () => {
    expect(findLeftOutMark("// ... rest of the list", "x\n  // ... rest of the list\n")).toBeUndefined();
  });
});
