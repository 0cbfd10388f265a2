// A task that is followed asks something: the person at the terminal decides at once.
import { isOutpostError, type Plan, parsePlan, type TaskEventOf } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { editLines } from "./edit-lines.ts";

export type Ask = (question: string) => Promise<string | null>;

type Requested = TaskEventOf<"approval.requested">;

interface Decision {
  accepted: boolean;
  answer: string;
  remember: boolean;
  plan?: Plan;
}

/** False when the person leaves it for later. */
export async function settleApproval(
  { client }: Pick<Connection, "client">,
  event: Requested,
  ask: Ask,
): Promise<boolean> {
  const { kind } = event;
  const decide = kind === "question" ? answerQuestion : kind === "plan" ? decidePlan : decideCall;
  const decision = await decide(event, ask);
  if (decision === null) return false;
  await client.call("decideApproval", { params: { approvalId: event.approvalId }, body: decision });
  return true;
}

async function answerQuestion({ options }: Requested, ask: Ask): Promise<Decision | null> {
  const given = await ask(options.length > 0 ? "your answer (a number, or your own words):" : "your answer:");
  if (given === null) return null;
  return { accepted: true, answer: options[Number(given) - 1] ?? given, remember: false };
}

/** What follows "no" is the reason; without one it is asked for. */
async function decideCall({ subject }: Requested, ask: Ask): Promise<Decision | null> {
  const canRemember = subject != null;
  const choices = canRemember ? "[y]es, [a]lways here, [n]o, ne[v]er here, [l]ater" : "[y]es, [n]o, [l]ater";
  for (;;) {
    const given = await ask(`allow it? ${choices}:`);
    if (given === null || given === "" || /^l(ater)?$/i.test(given)) return null;
    if (/^y(es)?$/i.test(given)) return { accepted: true, answer: "", remember: false };
    if (canRemember && /^a(lways)?$/i.test(given)) return { accepted: true, answer: "", remember: true };
    const isNever = canRemember && /^(v|never)$/i.test(given);
    if (!isNever && !/^no?\b/i.test(given)) continue;
    const said = isNever ? "" : given.replace(/^no?\b[\s,:]*/i, "");
    const reason = said === "" ? await ask("why? The model is told (Enter: no reason):") : said;
    return { accepted: false, answer: reason ?? "", remember: isNever };
  }
}

const editingHelp = "# The plan, to be changed. An empty file leaves it for later.";

/** What follows "no" is the remark that the next plan is made with. */
async function decidePlan({ question }: Requested, ask: Ask): Promise<Decision | null> {
  let text = question;
  let problem = "";
  for (;;) {
    const given = await ask(`${problem}do it like this? [y]es, [e]dit the plan, [n]o and why, [l]ater:`);
    if (given === null || given === "" || /^l(ater)?$/i.test(given)) return null;
    problem = "";
    if (/^y(es)?$/i.test(given)) return { accepted: true, answer: "", remember: false };
    if (/^e(dit)?$/i.test(given)) {
      const edited = editLines([editingHelp, ...text.split("\n")], "plan.txt");
      if ("problem" in edited) problem = `${edited.problem}\n`;
      else {
        text = edited.lines.filter((line) => !line.startsWith("#")).join("\n");
        if (text.trim() === "") return null;
        try {
          return { accepted: true, answer: "", remember: false, plan: parsePlan(text) };
        } catch (error) {
          if (!isOutpostError(error)) throw error;
          problem = `${error.message}\n`;
        }
      }
      continue;
    }
    if (!/^no?\b/i.test(given)) continue;
    const said = given.replace(/^no?\b[\s,:]*/i, "");
    const remark = said === "" ? await ask("what shall be different?") : said;
    return { accepted: false, answer: remark ?? "", remember: false };
  }
}
