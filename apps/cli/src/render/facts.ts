// Facts as lines for a person: two each, what is known and where it is from.
import { describeProvenance, type Fact, type FactList, type TaskEvent } from "@outpost/protocol";
import { age, clip, hang } from "./layout.ts";
import type { LineMargin } from "./loop-events.ts";
import { type Paint, printable } from "./paint.ts";

const indent = "  ";

export function renderFacts({ items, files }: FactList, paint: Paint, nowMs: number): string {
  const guides = files.map(({ path, characters, commit }) =>
    clip(
      `${paint("bold", printable(path))}  ${paint("dim", `goes along too: ${characters.toLocaleString("en")} characters, of commit ${commit.slice(0, 10)}`)}`,
      paint.columns,
    ),
  );
  const facts = items.map((fact) => renderFact(fact, paint, nowMs));
  if (facts.length === 0) facts.push("nothing is known yet; outpost facts add WORDS writes something down");
  return [...facts, ...guides].join("\n");
}

export function renderFact(fact: Fact, paint: Paint, nowMs: number): string {
  const { id, kind, text, updatedAtMs } = fact;
  const said = hang(printable(text), indent.length, paint.columns);
  const origin = `${printable(describeProvenance(fact))}, ${age(updatedAtMs, nowMs)}`;
  return `${id}  ${paint("bold", kind)}\n${indent}${said}\n${indent}${paint("dim", hang(origin, indent.length, paint.columns))}`;
}

/** Null: none of the memory's. */
export function renderFactEvent(event: TaskEvent, paint: Paint, margin: LineMargin): string | null {
  switch (event.type) {
    case "fact.learned":
      return margin.put(paint("dim", margin.fit(`learned (${event.fact.kind}): ${event.fact.text}`)));
    case "fact.proposed":
      return [
        margin.put(`${paint("bold", "to remember?")} ${margin.fit(event.fact.text, "to remember? ".length)}`),
        margin.put(
          paint(
            "dim",
            margin.fit(`${event.reason}; it goes on meanwhile: outpost approve ${event.approvalId}, or deny`),
          ),
        ),
      ].join("\n");
    case "fact.decided":
      if (event.how === "expired") return paint("yellow", "nobody said whether to remember it; it is not");
      return event.accepted
        ? `${paint("bold", "remembered")}, ${printable(event.by)} allowed it`
        : `${paint("bold", "not remembered")}${event.answer === "" ? "" : `: ${margin.fit(event.answer, "not remembered: ".length)}`}`;
    default:
      return null;
  }
}
