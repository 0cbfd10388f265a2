// From how a model did to how it is best spoken with. Pure. Leans to native calls and replacements: they cost least.
import type { CallProtocol, ModelConduct } from "@outpost/protocol";
import type { JudgedTask } from "./task.ts";

const goodEnough = 0.7;

export function concludeConduct(judged: readonly JudgedTask[], testedAtMs: number): ModelConduct {
  return {
    protocol: chooseProtocol(judged),
    editFormat: chooseFormat(judged),
    thinking: chooseThinking(judged),
    testedAtMs,
  };
}

function share(tasks: readonly JudgedTask[]): number {
  return tasks.length === 0 ? 0 : tasks.filter(({ result }) => result.passed).length / tasks.length;
}

function chooseProtocol(judged: readonly JudgedTask[]): CallProtocol {
  const shareOf = (protocol: CallProtocol) =>
    share(judged.filter(({ task }) => task.area === "calls" && task.protocol === protocol));
  const native = shareOf("native");
  if (native >= goodEnough) return "native";
  const best = (["native", "json", "text"] as const).toSorted((a, b) => shareOf(b) - shareOf(a))[0];
  return best ?? "native";
}

function chooseFormat(judged: readonly JudgedTask[]): ModelConduct["editFormat"] {
  const edits = judged.filter(({ task }) => task.area === "edits");
  const replaces = share(edits.filter(({ task }) => task.name.startsWith("replaces")));
  const wholes = share(edits.filter(({ task }) => task.name.startsWith("writes")));
  const patches = share(edits.filter(({ task }) => task.name.startsWith("patches")));
  if (replaces >= 0.6) return "replace";
  // Patches are for models that get them right: one that is wrong here and there costs more than whole files.
  if (patches === 1) return "patch";
  return wholes > replaces ? "whole" : "replace";
}

/** Thoughts that ate the budget of several replies are worth less than what they crowd out. */
function chooseThinking(judged: readonly JudgedTask[]): ModelConduct["thinking"] {
  const eaten = judged.filter(
    ({ reply }) =>
      reply !== null &&
      reply.finishReason === "length" &&
      reply.thinking !== "" &&
      reply.content.trim() === "" &&
      reply.toolCalls.length === 0,
  );
  return eaten.length >= 3 ? "off" : "auto";
}
