import { describe, expect, it } from "vitest";
import { createRunView } from "./run-view.ts";

const never = new AbortController().signal;

/** An index that notes what it was asked for, and answers when it is let. */
function createSlowIndex() {
  const asked: string[][] = [];
  const answers: { resolve(): void; reject(error: Error): void }[] = [];
  const update = (paths: readonly string[], signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      asked.push([...paths]);
      answers.push({ resolve, reject });
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  return { asked, answers, view: createRunView(update) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Its first answer is given: what was touched before is indexed. */
async function openView() {
  const index = createSlowIndex();
  const opened = index.view.bringUpToDate(never);
  await turn();
  index.answers[0]?.resolve();
  await opened;
  return index;
}

describe("a run's view", () => {
  it("is opened once, with what was touched before", async () => {
    const { asked, answers, view } = createSlowIndex();
    view.noteTouched(["a"]);
    await turn();
    expect(asked).toEqual([]);
    const opened = view.bringUpToDate(never);
    await turn();
    answers[0]?.resolve();
    await opened;
    await view.bringUpToDate(never);
    expect(asked).toEqual([["a"]]);
  });

  it("indexes what is touched without being asked, and makes a search wait for it", async () => {
    const { asked, answers, view } = await openView();
    view.noteTouched(["a"]);
    await turn();
    expect(asked).toEqual([[], ["a"]]);
    view.noteTouched(["a", "b"]);
    let isUpToDate = false;
    const search = view.bringUpToDate(never).then(() => {
      isUpToDate = true;
    });
    answers[1]?.resolve();
    await turn();
    expect({ asked, isUpToDate }).toEqual({ asked: [[], ["a"], ["a", "b"]], isUpToDate: false });
    answers[2]?.resolve();
    await search;
  });

  it("tries again what failed, and says why when it is asked", async () => {
    const { asked, answers, view } = await openView();
    view.noteTouched(["a"]);
    await turn();
    answers[1]?.reject(new Error("no indexer"));
    await turn();
    const search = view.bringUpToDate(never);
    await turn();
    expect(asked.at(-1)).toEqual(["a"]);
    answers[2]?.reject(new Error("still none"));
    await expect(search).rejects.toThrow(/^still none$/);
  });

  it("gives up waiting when it is told to, and starts anew after it was closed", async () => {
    const { asked, answers, view } = await openView();
    view.noteTouched(["a"]);
    await turn();
    const controller = new AbortController();
    const search = view.bringUpToDate(controller.signal);
    controller.abort(new Error("enough"));
    await expect(search).rejects.toThrow(/^enough$/);
    await view.close();
    const again = view.bringUpToDate(never);
    await turn();
    expect(asked).toEqual([[], ["a"], []]);
    answers[2]?.resolve();
    await again;
  });
});
