// Cuts Markdown at its headings: a section is a heading and what follows until the next; small sections of one parent join, large ones
// are cut between paragraphs. A "#" inside a fenced block is no heading.
import type { Chunk } from "@outpost/retrieval";
import { chunkLimits } from "./limits.ts";
import type { LineTable } from "./lines.ts";
import type { Piece } from "./outline.ts";
import { cutLines } from "./split.ts";

interface Heading {
  line: number;
  level: number;
  title: string;
}

interface Section extends Piece {
  heading: Heading | null;
  /** Titles of the headings above, outermost first. */
  scope: string[];
}

export function chunkMarkdown(lines: LineTable): Chunk[] {
  return joinSmall(listSections(lines), lines).flatMap((section) =>
    splitLarge(section, lines).map((piece, index) => ({
      startLine: piece.startLine,
      endLine: piece.endLine,
      kind: "section",
      symbol: index === 0 ? (section.heading?.title ?? null) : null,
      scope: index === 0 || !section.heading ? section.scope : [...section.scope, section.heading.title],
      definitions: [],
    })),
  );
}

function listHeadings(lines: LineTable): Heading[] {
  const headings: Heading[] = [];
  let fence: string | null = null;
  for (let line = 1; line <= lines.count; line++) {
    const text = lines.textOf(line, line);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    if (fence !== null) continue;
    const match = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(text.trimEnd());
    const title = match?.[2]?.replace(/[ \t]+#+$/, "").slice(0, chunkLimits.maxNameCharacters);
    if (match?.[1] && title) headings.push({ line, level: match[1].length, title });
  }
  return headings;
}

function listSections(lines: LineTable): Section[] {
  const headings = listHeadings(lines);
  const sections: Section[] = [];
  const above: Heading[] = [];
  const preambleEnd = (headings[0]?.line ?? lines.count + 1) - 1;
  if (preambleEnd >= 1) sections.push({ startLine: 1, endLine: preambleEnd, heading: null, scope: [] });
  for (const [index, heading] of headings.entries()) {
    while ((above.at(-1)?.level ?? 0) >= heading.level) above.pop();
    const endLine = (headings[index + 1]?.line ?? lines.count + 1) - 1;
    sections.push({ startLine: heading.line, endLine, heading, scope: above.map(({ title }) => title) });
    above.push(heading);
  }
  return sections;
}

/** Joins a section with the ones after it that lie below the same or a deeper heading, while they fit together. */
function joinSmall(sections: readonly Section[], lines: LineTable): Section[] {
  const joined: Section[] = [];
  for (const section of sections) {
    const last = joined.at(-1);
    const fits = last && lines.weightOf(last.startLine, section.endLine) <= chunkLimits.mergedDefinitionsWeight;
    const isBelow = last && (last.heading === null || (section.heading?.level ?? 0) >= last.heading.level);
    if (last && fits && isBelow) joined[joined.length - 1] = { ...last, endLine: section.endLine };
    else joined.push(section);
  }
  return joined;
}

/** Cuts between paragraphs, and between lines where a paragraph alone is too large. */
function splitLarge(section: Section, lines: LineTable): Piece[] {
  if (lines.weightOf(section.startLine, section.endLine) <= chunkLimits.maxWeight) return [section];
  const pieces: Piece[] = [];
  let startLine = section.startLine;
  let paragraphEnd = 0;
  for (let line = section.startLine; line <= section.endLine; line++) {
    if (lines.weightOf(startLine, line) > chunkLimits.maxWeight && paragraphEnd >= startLine) {
      pieces.push({ startLine, endLine: paragraphEnd });
      startLine = paragraphEnd + 1;
    }
    if (lines.isBlank(line)) paragraphEnd = line;
  }
  pieces.push({ startLine, endLine: section.endLine });
  return pieces.flatMap((piece) => cutLines(piece, lines));
}
