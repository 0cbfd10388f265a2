// What a report recommends, by stated rules: each has a name, a condition over the report's numbers, and a sentence that gives them.
// docs/review-pause.md states them for people; a test holds the page to this table.
import type { Recommendation, ReviewReport } from "@outpost/protocol";

type Facts = Omit<ReviewReport, "recommendations">;

interface Rule {
  name: string;
  /** For people, as it stands in the documentation. */
  condition: string;
  /** Null: it has nothing to say. */
  judge(facts: Facts): string | null;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

export const recommendationRules: readonly Rule[] = [
  {
    name: "low_success",
    condition: "at least 10 runs were judged and fewer than 60 % succeeded",
    judge: ({ successRate, work }) =>
      successRate !== null && successRate < 0.6 && judgedRuns(work) >= 10
        ? `Only ${percent(successRate)} of ${judgedRuns(work)} runs succeeded. Look at the commonest failures below before queueing more of the same; smaller tasks or a stronger model help most.`
        : null,
  },
  {
    name: "step_limit",
    condition: "at least 3 runs, and 10 % of those that ended, stopped at the limit of steps",
    judge: ({ work }) => {
      const count = countOf(work, "run_stopped", "step_limit");
      return count >= 3 && count >= endedRuns(work) * 0.1
        ? `${count} runs stopped at their limit of steps. Split such tasks, or give them more with --steps.`
        : null;
    },
  },
  {
    name: "loops",
    condition: "at least 3 runs stopped for a loop, repetition, the same error again or no progress",
    judge: ({ work }) => {
      const reasons = ["loop", "repetition", "repeated_error", "no_progress"];
      const count = reasons.reduce((sum, reason) => sum + countOf(work, "run_stopped", reason), 0);
      return count >= 3
        ? `${count} runs went in circles. outpost models test says whether the model can do this work.`
        : null;
    },
  },
  {
    name: "model_failures",
    condition: "at least 5 model calls failed, and 5 % of all",
    judge: ({ work }) => {
      const failed = work.models.flatMap(({ failures }) => Object.values(failures)).reduce(add, 0);
      const calls = work.models.reduce((sum, model) => sum + model.calls, 0) + failed;
      return failed >= 5 && failed >= calls * 0.05
        ? `${failed} of ${calls} model calls failed. Look at the model's server; name others to go on with in \`models\`.`
        : null;
    },
  },
  {
    name: "slow_model",
    condition: "a model wrote at least 1,000 tokens, at fewer than 5 a second",
    judge: ({ work }) => {
      const slow = work.models.find(
        ({ writtenTokens, writingMs }) => writtenTokens >= 1000 && (writtenTokens * 1000) / writingMs < 5,
      );
      return slow
        ? `${slow.provider}/${slow.name} writes ${((slow.writtenTokens * 1000) / slow.writingMs).toFixed(1)} tokens a second. A smaller or quantised model would end tasks sooner.`
        : null;
    },
  },
  {
    name: "long_waits",
    condition: "at least 10 runs waited in the queue, and one in twenty for more than 30 minutes",
    judge: ({ work: { queueWaitMs } }) =>
      queueWaitMs.count >= 10 && (queueWaitMs.p95 ?? 0) > hourMs / 2
        ? `One run in twenty waited ${hours(queueWaitMs.p95 ?? 0)} or longer for a worker. Raise \`workers\` if the model's server has room.`
        : null,
  },
  {
    name: "often_denied",
    condition: "the same call was denied at least 5 times",
    judge: ({ work }) => {
      const most = work.denied.find(({ count }) => count >= 5);
      return most
        ? `\`${most.call}\` was denied ${most.count} times${most.rule ? ` by ${most.rule}` : ""}. Allow it in outpost.policy.yaml if it is harmless, or say in the instructions what to use instead.`
        : null;
    },
  },
  {
    name: "expired_questions",
    condition: "a question expired before anybody decided",
    judge: ({ work: { approvals } }) =>
      approvals.expired > 0
        ? `${approvals.expired} questions expired before anybody decided. Look at outpost approvals more often, or raise \`approvalExpiryMs\`.`
        : null,
  },
  {
    name: "red_tests",
    condition: "at least 10 test runs, and more than half of them red",
    judge: ({ work: { tests } }) =>
      tests.runs >= 10 && tests.red > tests.runs / 2
        ? `${tests.red} of ${tests.runs} test runs were red. If they are red before a change too, mend the repository's tests first.`
        : null,
  },
  {
    name: "untested",
    condition: "at least 5 changes were proposed and no tests were run",
    judge: ({ work: { tests, git } }) =>
      git.changes >= 5 && tests.runs === 0
        ? `${git.changes} changes were proposed and no tests were run. Set the repository's environment up so that its tests run: outpost repo environment.`
        : null,
  },
  {
    name: "unused_hits",
    condition: "at least 100 files were shown as hits, and fewer than 10 % of them used",
    judge: ({ work: { hits } }) =>
      hits.shown >= 100 && hits.used < hits.shown * 0.1
        ? `Of ${hits.shown} files that search showed, ${hits.used} were used. Instructions that name files or symbols find better; see outpost search --why.`
        : null,
  },
  {
    name: "dying_workers",
    condition: "a run was taken over from a worker that died",
    judge: ({ work }) =>
      work.takeovers > 0
        ? `${work.takeovers} runs were taken over from a worker that died or hung. The server's log says why; memory is the usual reason.`
        : null,
  },
  {
    name: "failing_tool",
    condition: "a tool was called at least 10 times and failed in more than 30 % of them",
    judge: ({ work }) => {
      for (const { kind, name, count } of work.failures) {
        const calls = work.toolCalls.filter(({ tool, verdict }) => tool === name && verdict === "allow");
        const called = calls.reduce((sum, call) => sum + call.count, 0);
        if (kind === "tool_failed" && called >= 10 && count > called * 0.3)
          return `${name} failed in ${count} of ${called} calls. outpost models test says which way of editing the model gets right.`;
      }
      return null;
    },
  },
  {
    name: "old_decisions",
    condition: "a task has waited for a person for more than 3 days",
    judge: ({ waiting, toMs }) => {
      const old = waiting.filter(({ sinceMs }) => toMs - sinceMs > 3 * dayMs).length;
      return old > 0
        ? `${old} tasks have waited for a person for more than three days; their changes fit less well every day.`
        : null;
    },
  },
];

export function recommend(facts: Facts): Recommendation[] {
  return recommendationRules.flatMap((rule) => {
    const text = rule.judge(facts);
    return text === null ? [] : [{ rule: rule.name, text }];
  });
}

type Work = Facts["work"];
const add = (sum: number, value: number): number => sum + value;
const endedRuns = (work: Work): number => Object.values(work.runsEnded).reduce(add, 0);
const judgedRuns = (work: Work): number => endedRuns(work) - (work.runsEnded["cancelled"] ?? 0);
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const hours = (ms: number): string =>
  ms < 2 * hourMs ? `${Math.round(ms / 60_000)} minutes` : `${(ms / hourMs).toFixed(1)} hours`;

function countOf(work: Work, kind: string, name: string): number {
  return work.failures.find((group) => group.kind === kind && group.name === name)?.count ?? 0;
}
