import { describe, expect, it } from "vitest";
import { markdown } from "../languages/registry.ts";
import { chunkText } from "./chunker.ts";

const paragraph = `${"word ".repeat(190)}\n`;
const sections = (text: string) =>
  chunkText(text, markdown).map(({ startLine, endLine, symbol, scope }) => ({ startLine, endLine, symbol, scope }));

describe("Markdown", () => {
  it("is cut at headings, each with the headings above it", () => {
    const text = `intro\n\n# Guide\n${paragraph}\n## Install\n${paragraph}\n## Use ##\n${paragraph}`;
    expect(sections(text)).toEqual([
      { startLine: 1, endLine: 2, symbol: null, scope: [] },
      { startLine: 3, endLine: 5, symbol: "Guide", scope: [] },
      { startLine: 6, endLine: 8, symbol: "Install", scope: ["Guide"] },
      { startLine: 9, endLine: 10, symbol: "Use", scope: ["Guide"] },
    ]);
  });

  it("keeps small sections together with their parent", () => {
    expect(sections("# A\nx\n## B\ny\n# C\nz\n")).toEqual([{ startLine: 1, endLine: 6, symbol: "A", scope: [] }]);
  });

  it("takes no comment in a fenced block for a heading", () => {
    const text = `# A\n\n\`\`\`sh\n# not a heading\n${paragraph}\`\`\`\n# B\n${paragraph}`;
    expect(sections(text).map(({ symbol }) => symbol)).toEqual(["A", "B"]);
  });

  it("is cut between paragraphs where a section is large", () => {
    const text = `# A\n${paragraph}\n${paragraph}\n${paragraph}`;
    expect(sections(text)).toEqual([
      { startLine: 1, endLine: 3, symbol: "A", scope: [] },
      { startLine: 4, endLine: 5, symbol: null, scope: ["A"] },
      { startLine: 6, endLine: 6, symbol: null, scope: ["A"] },
    ]);
  });
});
