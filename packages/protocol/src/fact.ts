// Facts: what is known of a repository besides its code (how to build it, how to test it, conventions), where each is from, and the files
// of the repository that say such things. Data for later prompts, never orders: nothing here widens a policy.
import { z } from "zod";
import { FactId, GitObjectId, RepositoryId, TaskId } from "./ids.ts";
import { limits } from "./limits.ts";
import { makeVisible } from "./visible-text.ts";

export const FactKind = z.enum(["build", "test", "convention", "note"]);
export type FactKind = z.infer<typeof FactKind>;

/** `command`: it was seen to work in the sandbox; `model`: a model said so; `person`: somebody wrote it down. */
export const FactSource = z.discriminatedUnion("type", [
  z.object({ type: z.literal("command"), taskId: TaskId, step: z.int(), argv: z.array(z.string()) }),
  z.object({ type: z.literal("model"), taskId: TaskId, step: z.int(), model: z.string() }),
  z.object({ type: z.literal("person"), by: z.string() }),
]);
export type FactSource = z.infer<typeof FactSource>;

/** As a task learned it. */
export const LearnedFact = z.object({
  id: FactId,
  kind: FactKind,
  /** One line, with nothing invisible in it. */
  text: z.string(),
  source: FactSource,
  /** Who allowed it to be remembered, where that was asked. */
  approvedBy: z.string().nullable().default(null),
});
export type LearnedFact = z.infer<typeof LearnedFact>;

export const Fact = LearnedFact.extend({
  repositoryId: RepositoryId,
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
  /** Who changed its words last. */
  editedBy: z.string().nullable(),
});
export type Fact = z.infer<typeof Fact>;

/** A file of the repository that goes along with the facts. */
export const GuideFile = z.object({ path: z.string(), commit: GitObjectId, characters: z.int() });
export type GuideFile = z.infer<typeof GuideFile>;

/** `files`: as they are in the last imported commit. */
export const FactList = z.object({ items: z.array(Fact), files: z.array(GuideFile) });
export type FactList = z.infer<typeof FactList>;

const text = z.string().trim().min(1).max(limits.factCharacters);
export const AddFactRequest = z.strictObject({ kind: FactKind.default("note"), text });
export type AddFactRequest = z.infer<typeof AddFactRequest>;
export const ChangeFactRequest = z.strictObject({ kind: FactKind.optional(), text });
export type ChangeFactRequest = z.infer<typeof ChangeFactRequest>;

/** What a run begins with: each fact as a line with where it is from, the one that counts most first; files whole. */
export const RunMemory = z.object({
  facts: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), commit: GitObjectId, text: z.string() })),
});
export type RunMemory = z.infer<typeof RunMemory>;

/** One line, nothing invisible. */
export function plainFact(given: string): string {
  return makeVisible(given.replaceAll(/\s+/g, " ")).trim();
}

/** Where a fact is from, in words. */
export function describeProvenance(fact: Pick<Fact, "source" | "approvedBy" | "editedBy">): string {
  const { source, approvedBy, editedBy } = fact;
  const more = [
    ...(approvedBy === null ? [] : [`allowed by ${approvedBy}`]),
    ...(editedBy === null ? [] : [`edited by ${editedBy}`]),
  ];
  return [origin(source), ...more].join(", ");
}

function origin(source: FactSource): string {
  switch (source.type) {
    case "command":
      return `worked in ${source.taskId}, step ${source.step}`;
    case "model":
      return `said by ${source.model} in ${source.taskId}, step ${source.step}`;
    case "person":
      return `written by ${source.by}`;
  }
}
