import { type ModelProfile, OutpostError, type SearchResponse } from "@outpost/protocol";
import { createScriptedModel, type ScriptedReply } from "@outpost/testkit";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { createModelService } from "../models/model-service.ts";
import { createExpandingSearch } from "./expanding-search.ts";
import { createQueryExpander } from "./query-expander.ts";
import type { ViewSearch } from "./rank-view.ts";

const answer = { content: '{"names": ["retryDelay"], "words": ["backoff"]}' };
const words = { names: ["retryDelay"], words: ["backoff"] };
const query = "wait longer each time";
const later = "wait even longer each time";

interface Given {
  languages?: string[] | null;
  timeoutMs?: number;
}

async function open(replies: ScriptedReply[], { languages = ["typescript"], timeoutMs = 60_000 }: Given = {}) {
  const model = createScriptedModel(replies);
  const logger = pino({ enabled: false });
  let nowMs = 1000;
  const models = createModelService({
    directory: {
      open: async (name: string | undefined) => {
        if (name === "nobody") throw new OutpostError("not_found", 'there is no model "nobody"');
        return model;
      },
    } as never,
    records: { findModelTest: async () => undefined, noteModelCall: async () => {} } as never,
    ...{ chain: [], nowMs: () => nowMs, logger },
  });
  const searched: ViewSearch[] = [];
  const search = async (request: ViewSearch): Promise<SearchResponse> => {
    searched.push(request);
    return { hits: [], coverage: { notes: [] as string[] } as SearchResponse["coverage"], tookMs: 2, loadMs: 1 };
  };
  const expander = createQueryExpander({ models, timeoutMs, nowMs: () => nowMs, logger });
  const find = createExpandingSearch({ search, mainLanguages: async () => ({ languages, loadMs: 5000 }) }, expander);
  return {
    ...{ model, searched },
    /** Of a run whose model is known. */
    profile: await model.describe(new AbortController().signal),
    ask: (more: object = {}) => find({ viewId: "checkout:rep_1", query, limit: 5, expand: {}, ...more }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("a search that may ask for words", () => {
  it("uses them, and asks again neither for them nor for what the model would not see", async () => {
    const long = `${query} ${"x".repeat(3000)}`;
    const { ask, searched, model } = await open([answer, answer]);
    expect((await ask()).expansion).toMatchObject({ ...words, model: "scripted/scripted" });
    expect((await ask()).expansion).toEqual({ ...words, model: "scripted/scripted" });
    await ask({ query: long });
    await ask({ query: `${long} and more` });
    expect(searched.map(({ expansion }) => expansion)).toEqual(Array(4).fill(words));
    model.finish();
  });

  it("neither asks for a query that is one name nor says that it looked for words with it", async () => {
    const { ask, searched } = await open([]);
    const given = { expansion: words, expand: undefined };
    for (const more of [{}, given]) {
      const found = await ask({ query: "retryDelay()", ...more });
      expect(found).not.toHaveProperty("expansion");
      expect(found.coverage.notes).toEqual(["searched without other words: the query is one name"]);
    }
    expect(searched.map(({ expansion }) => expansion)).toEqual([undefined, undefined]);
    expect((await ask({ ...given, query })).expansion).toEqual({ ...words, model: null });
  });

  it("says what the index took to be in memory, also where that was before the model was asked", async () => {
    const { ask } = await open([answer]);
    expect(await ask()).toMatchObject({ tookMs: 5002, loadMs: 5001 });
    expect(await ask({ expand: undefined })).toMatchObject({ tookMs: 2, loadMs: 1 });
  });

  it("asks nobody where there is nothing to search yet", async () => {
    const { ask } = await open([], { languages: null });
    expect((await ask()).coverage.notes).toEqual([]);
  });

  it("rejects where it names a model that there is not, and goes without one that refuses", async () => {
    const refusal = new OutpostError("invalid_input", "no schema, please");
    const { ask } = await open([refusal]);
    await expect(ask({ expand: { model: "nobody" } })).rejects.toMatchObject({ code: "not_found" });
    expect((await ask({ expand: { model: "scripted" } })).coverage.notes.join()).toContain("no schema, please");
  });
});

describe("a run's search", () => {
  const asRun = (model: ModelProfile) => ({ expand: { about: query, model } });

  it("goes without a model that is gone since, and still finds what it finds", async () => {
    const { ask, searched, profile } = await open([new OutpostError("not_found", "removed")]);
    expect((await ask(asRun(profile))).coverage.notes.join()).toContain("removed");
    expect(searched).toHaveLength(1);
  });

  it("does not wait again for a model that took too long, for a while; who asks for it does", async () => {
    const timeoutMs = 300;
    const { ask, profile, pass, model } = await open(["hang", "hang", answer, answer], { timeoutMs });
    const notesOf = async (more: object) => (await ask(more)).coverage.notes.join();
    expect(await notesOf(asRun(profile))).toContain(`longer than ${timeoutMs} ms`);
    expect(await notesOf(asRun(profile))).toContain("took too long lately");
    expect(await notesOf({})).toContain(`longer than ${timeoutMs} ms`);
    pass(10 * 60_000 + 1);
    expect((await ask(asRun(profile))).expansion).toMatchObject(words);
    expect((await ask({ ...asRun(profile), expand: { about: later, model: profile } })).expansion).toMatchObject(words);
    model.finish();
  });
});
