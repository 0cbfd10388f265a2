// That the tie to the published types holds: what is not the API's does not compile. `tsc` is the test; the run only shows that the
// schemas are strict.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { conforming } from "./conforming.ts";
import { CreateCollection, PointsList, QueryRequestBatch } from "./requests.ts";

describe("conforming", () => {
  it("refuses, at compile time, other names, other types and missing fields", () => {
    conforming("SparseVector")(z.strictObject({ indices: z.array(z.number()), values: z.array(z.number()) }));
    // @ts-expect-error the API has no such field
    conforming("CountRequest")(z.strictObject({ exactly: z.boolean() }));
    // @ts-expect-error `exact` is a boolean
    conforming("CountRequest")(z.strictObject({ exact: z.string() }));
    // @ts-expect-error `values` is required
    conforming("SparseVector")(z.strictObject({ indices: z.array(z.number()) }));
    // @ts-expect-error one of the two is not the API's
    conforming("UpdateResult")(
      z.union([z.strictObject({ status: z.literal("completed") }), z.strictObject({ ok: z.literal(1) })]),
    );
  });

  it.each([
    {
      schema: CreateCollection,
      value: { vectors: { dense: { size: 4, distance: "Cosine" } } },
      wrong: { vectors: { dense: { size: 4, metric: "Cosine" } } },
    },
    {
      schema: PointsList,
      value: { points: [{ id: 1, vector: { dense: [1, 2] } }] },
      wrong: { points: [{ id: -1, vector: { dense: [1] } }] },
    },
    {
      schema: PointsList,
      value: { points: [{ id: 1, vector: { t: { indices: [4], values: [1] } } }] },
      wrong: { points: [{ id: 1, vector: { t: { indices: [4, 4], values: [1, 1] } } }] },
    },
    {
      schema: QueryRequestBatch,
      value: { searches: [{ query: [1], using: "dense" }] },
      wrong: { searches: [{ vector: [1], using: "dense" }] },
    },
  ])("takes what is right and nothing else: $value", ({ schema, value, wrong }) => {
    expect(schema.safeParse(value).success).toBe(true);
    expect(schema.safeParse(wrong).success).toBe(false);
  });
});
