// The results of replies, so that the test server itself cannot say what Qdrant would not.
import { z } from "zod";
import { conforming } from "./conforming.ts";
import { SparseVectorParams, VectorParams } from "./requests.ts";

const count = z.int().min(0);

export const Version = conforming("VersionInfo")(
  z.strictObject({ title: z.string(), version: z.string(), commit: z.string() }),
);
export const Collections = conforming("CollectionsResponse")(
  z.strictObject({ collections: z.array(z.strictObject({ name: z.string() })) }),
);
export const Exists = conforming("CollectionExistence")(z.strictObject({ exists: z.boolean() }));
export const Aliases = conforming("CollectionsAliasesResponse")(
  z.strictObject({ aliases: z.array(z.strictObject({ alias_name: z.string(), collection_name: z.string() })) }),
);
export const CollectionInfo = conforming("CollectionInfo")(
  z.strictObject({
    status: z.enum(["green", "yellow", "grey", "red"]),
    optimizer_status: z.union([z.literal("ok"), z.strictObject({ error: z.string() })]),
    indexed_vectors_count: count,
    points_count: count,
    segments_count: count,
    config: conforming("CollectionConfig")(
      z.strictObject({
        params: conforming("CollectionParams")(
          z.strictObject({
            vectors: z.record(z.string(), VectorParams),
            sparse_vectors: z.record(z.string(), SparseVectorParams).exactOptional(),
            shard_number: count,
            replication_factor: count,
            write_consistency_factor: count,
            on_disk_payload: z.boolean(),
          }),
        ),
        hnsw_config: conforming("HnswConfig")(
          z.strictObject({ m: count, ef_construct: count, full_scan_threshold: count }),
        ),
        optimizer_config: conforming("OptimizersConfig")(
          z.strictObject({ default_segment_number: count, flush_interval_sec: count }),
        ),
      }),
    ),
    payload_schema: z.record(
      z.string(),
      conforming("PayloadIndexInfo")(z.strictObject({ data_type: z.enum(["keyword", "integer"]), points: count })),
    ),
  }),
);
export const UpdateResult = conforming("UpdateResult")(
  z.strictObject({ operation_id: count, status: z.enum(["acknowledged", "completed"]) }),
);
export const CountResult = conforming("CountResult")(z.strictObject({ count }));
export const QueryResults = z.array(
  conforming("QueryResponse")(
    z.strictObject({
      points: z.array(
        conforming("ScoredPoint")(
          z.strictObject({
            id: count,
            version: count,
            score: z.number(),
            payload: z.record(z.string(), z.unknown()).exactOptional(),
          }),
        ),
      ),
    }),
  ),
);
export const ScrollResult = conforming("ScrollResult")(
  z.strictObject({
    points: z.array(
      conforming("Record")(z.strictObject({ id: count, payload: z.record(z.string(), z.unknown()).exactOptional() })),
    ),
    next_page_offset: count.nullable(),
  }),
);
export const Snapshot = conforming("SnapshotDescription")(
  z.strictObject({ name: z.string(), creation_time: z.string(), size: count, checksum: z.string() }),
);
export const Snapshots = z.array(Snapshot);
export const Done = z.boolean();

/** Around every result, and instead of one. */
export const ErrorReply = conforming("ErrorResponse")(
  z.strictObject({ time: z.number(), status: z.strictObject({ error: z.string() }) }),
);
