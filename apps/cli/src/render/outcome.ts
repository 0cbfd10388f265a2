// How a run ended, for reading. What a model wrote is wrapped, except its code.
import type { RunOutcome } from "@outpost/protocol";
import { wrap } from "./layout.ts";
import { type Paint, printable, printableName } from "./paint.ts";

const widestProse = 100;

export function renderOutcome(outcome: RunOutcome, paint: Paint): string {
  const prose = (text: string): string =>
    wrap(printable(text.trim()), paint.isTerminal ? Math.min(widestProse, paint.columns) : paint.columns);
  switch (outcome.type) {
    case "answered": {
      const answer = paintPlaces(prose(outcome.answer), outcome.citations, paint);
      // A place that the answer names itself needs no second mention.
      const others = outcome.citations.filter(
        ({ path, startLine }) => !outcome.answer.includes(`${path}:${startLine}`),
      );
      const places = others.map(
        ({ path, startLine, endLine }) =>
          `  ${paint("cyan", `${printableName(path)}:${startLine}${endLine > startLine ? `-${endLine}` : ""}`)}`,
      );
      return [answer, ...(places.length > 0 ? ["", paint("bold", "sources"), ...places] : [])].join("\n");
    }
    case "proposed":
    case "finished":
      return prose(outcome.summary);
    case "stopped":
      return paint("yellow", prose(`stopped (${outcome.reason.replaceAll("_", " ")}): ${outcome.message}`));
    case "failed":
      return paint("red", prose(`failed (${outcome.code}): ${outcome.message}`));
    case "cancelled":
      return paint("yellow", "cancelled");
  }
}

/** A place at the beginning of a line, or of an item of a list, stands out. */
function paintPlaces(
  answer: string,
  citations: Extract<RunOutcome, { type: "answered" }>["citations"],
  paint: Paint,
): string {
  const paths = new Set(citations.map((citation) => printableName(citation.path)));
  return answer
    .split("\n")
    .map((line) => {
      const [, bullet = "", place = "", path = ""] = /^(- )?((\S+?):\d+(?:-\d+)?)/.exec(line) ?? [];
      if (!paths.has(path)) return line;
      return bullet + paint("cyan", place) + line.slice(bullet.length + place.length);
    })
    .join("\n");
}
