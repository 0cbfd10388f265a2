// The bodies of requests, as strict as they can be: what Qdrant would ignore or we do not use is refused.
import { z } from "zod";
import { conforming } from "./conforming.ts";

const count = z.int().min(0);
const size = z.int().min(1);
const identifier = z.int().min(0);

const Hnsw = conforming("HnswConfigDiff")(
  z.strictObject({
    m: count.exactOptional(),
    ef_construct: z.int().min(4).exactOptional(),
    on_disk: z.boolean().exactOptional(),
  }),
);
const Scalar = conforming("ScalarQuantization")(
  z.strictObject({
    scalar: conforming("ScalarQuantizationConfig")(
      z.strictObject({
        type: z.literal("int8"),
        quantile: z.number().min(0.5).max(1).exactOptional(),
        always_ram: z.boolean().exactOptional(),
      }),
    ),
  }),
);
export const VectorParams = conforming("VectorParams")(
  z.strictObject({
    size: z.int().min(1).max(65_536),
    distance: z.enum(["Cosine", "Dot", "Euclid", "Manhattan"]),
    on_disk: z.boolean().exactOptional(),
    hnsw_config: Hnsw.exactOptional(),
    quantization_config: Scalar.exactOptional(),
  }),
);
export const SparseVectorParams = conforming("SparseVectorParams")(
  z.strictObject({
    modifier: z.enum(["none", "idf"]).exactOptional(),
    index: conforming("SparseIndexParams")(z.strictObject({ on_disk: z.boolean().exactOptional() })).exactOptional(),
  }),
);
export const CreateCollection = conforming("CreateCollection")(
  z.strictObject({
    vectors: z.record(z.string().min(1), VectorParams),
    sparse_vectors: z.record(z.string().min(1), SparseVectorParams).exactOptional(),
    on_disk_payload: z.boolean().exactOptional(),
  }),
);

const KeywordIndex = conforming("KeywordIndexParams")(
  z.strictObject({
    type: z.literal("keyword"),
    is_tenant: z.boolean().exactOptional(),
    on_disk: z.boolean().exactOptional(),
  }),
);
export const CreateFieldIndex = conforming("CreateFieldIndex")(
  z.strictObject({
    field_name: z.string().min(1),
    field_schema: z.union([z.enum(["keyword", "integer"]), KeywordIndex]),
  }),
);

const SparseVector = conforming("SparseVector")(
  z
    .strictObject({ indices: z.array(z.int().min(0).max(0xffff_ffff)), values: z.array(z.number()) })
    .refine(({ indices, values }) => indices.length === values.length, "indices and values differ in number")
    .refine(({ indices }) => new Set(indices).size === indices.length, "an index stands twice"),
);
export const PointStruct = conforming("PointStruct")(
  z.strictObject({
    id: identifier,
    vector: z.record(z.string(), z.union([z.array(z.number()), SparseVector])),
    payload: z.record(z.string(), z.unknown()).exactOptional(),
  }),
);
export const PointsList = conforming("PointsList")(z.strictObject({ points: z.array(PointStruct).min(1) }));

const Scalars = z.union([z.string(), z.int(), z.boolean()]);
const FieldCondition = conforming("FieldCondition")(
  z.strictObject({
    key: z.string().min(1),
    match: z.union([
      conforming("MatchValue")(z.strictObject({ value: Scalars })),
      conforming("MatchAny")(z.strictObject({ any: z.union([z.array(z.string()), z.array(z.int())]) })),
    ]),
  }),
);
const HasId = conforming("HasIdCondition")(z.strictObject({ has_id: z.array(identifier) }));
export const Filter = conforming("Filter")(
  z.strictObject({
    must: z.array(z.union([FieldCondition, HasId])).exactOptional(),
    must_not: z.array(z.union([FieldCondition, HasId])).exactOptional(),
  }),
);
export type Filter = z.infer<typeof Filter>;

export const DeletePoints = z.union([
  conforming("FilterSelector")(z.strictObject({ filter: Filter })),
  conforming("PointIdsList")(z.strictObject({ points: z.array(identifier) })),
]);

const SearchParams = conforming("SearchParams")(
  z.strictObject({
    hnsw_ef: size.exactOptional(),
    exact: z.boolean().exactOptional(),
    quantization: conforming("QuantizationSearchParams")(
      z.strictObject({
        ignore: z.boolean().exactOptional(),
        rescore: z.boolean().exactOptional(),
        oversampling: z.number().min(1).exactOptional(),
      }),
    ).exactOptional(),
  }),
);
const Query = z.union([z.array(z.number()).min(1), SparseVector]);
const Prefetch = conforming("Prefetch")(
  z.strictObject({ query: Query, using: z.string(), filter: Filter.exactOptional(), limit: size.exactOptional() }),
);
export const QueryRequest = conforming("QueryRequest")(
  z.strictObject({
    prefetch: Prefetch.exactOptional(),
    query: Query,
    using: z.string(),
    filter: Filter.exactOptional(),
    params: SearchParams.exactOptional(),
    limit: size.exactOptional(),
    with_payload: z.union([z.boolean(), z.array(z.string())]).exactOptional(),
  }),
);
export type QueryRequest = z.infer<typeof QueryRequest>;
export const QueryRequestBatch = conforming("QueryRequestBatch")(
  z.strictObject({ searches: z.array(QueryRequest).min(1) }),
);

export const CountRequest = conforming("CountRequest")(
  z.strictObject({ filter: Filter.exactOptional(), exact: z.boolean().exactOptional() }),
);
export const ScrollRequest = conforming("ScrollRequest")(
  z.strictObject({
    offset: identifier.exactOptional(),
    limit: size.exactOptional(),
    filter: Filter.exactOptional(),
    with_payload: z.boolean().exactOptional(),
    with_vector: z.boolean().exactOptional(),
  }),
);
export const ChangeAliases = conforming("ChangeAliasesOperation")(
  z.strictObject({
    actions: z
      .array(
        z.union([
          conforming("CreateAliasOperation")(
            z.strictObject({ create_alias: z.strictObject({ collection_name: z.string(), alias_name: z.string() }) }),
          ),
          conforming("DeleteAliasOperation")(
            z.strictObject({ delete_alias: z.strictObject({ alias_name: z.string() }) }),
          ),
        ]),
      )
      .min(1),
  }),
);

/** What may stand behind the question mark of a change. */
export const WriteParameters = z.strictObject({
  wait: z.enum(["true", "false"]).exactOptional(),
  ordering: z.enum(["weak", "medium", "strong"]).exactOptional(),
  timeout: z.string().regex(/^\d+$/).exactOptional(),
});
