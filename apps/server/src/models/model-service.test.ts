import { createScriptedModel } from "@outpost/testkit";
import { contractRequest } from "@outpost/testkit/contracts";
import pino from "pino";
import { expect, it } from "vitest";
import { createModelService } from "./model-service.ts";

it("gives a reply before its call is counted, and counts it", async () => {
  const model = createScriptedModel([{ content: "In src/app.ts." }]);
  const order: string[] = [];
  const service = createModelService({
    directory: { open: async () => model } as never,
    records: {
      noteModelCall: async ({ failure }: { failure: string | null }) => void order.push(`counted ${failure}`),
    } as never,
    chain: [],
    nowMs: () => 0,
    logger: pino({ enabled: false }),
  });
  const { signal } = new AbortController();
  const reply = await service.chat({ provider: "test", name: "scripted" }, contractRequest, () => {}, signal);
  order.push(reply.content);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(["In src/app.ts.", "counted null"]);
});
