// The routes of Qdrant that Outpost uses, over collections in memory. Names may be aliases where Qdrant resolves them.
import { z } from "zod";
import { StoredCollection } from "./collection.ts";
import { Refusal } from "./refusal.ts";
import * as replies from "./replies.ts";
import * as requests from "./requests.ts";

export interface QdrantState {
  version: string;
  collections: Map<string, StoredCollection>;
  /** Alias → collection. */
  aliases: Map<string, string>;
}

interface Asked {
  state: QdrantState;
  /** Of the path's places, in order. */
  names: string[];
  /** As validated. */
  body: unknown;
}

export interface Route {
  method: string;
  path: RegExp;
  body: z.ZodType | null;
  query: z.ZodType;
  /** Null: the reply is the result itself, without an envelope. */
  reply: z.ZodType;
  isBare?: boolean;
  answer(asked: Asked): unknown;
}

const noParameters = z.strictObject({});
/** Stands in the names of snapshots. */
const peer = "2083721985640283";
const none = { body: null, query: noParameters };

/** Where an alias leads. */
function nameOf({ state, names: [name = ""] }: Asked): string {
  return state.aliases.get(name) ?? name;
}

function collectionOf(asked: Asked): StoredCollection {
  const name = nameOf(asked);
  const found = asked.state.collections.get(name);
  if (found === undefined) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  return found;
}

function completed({ operations }: StoredCollection): z.infer<typeof replies.UpdateResult> {
  return { operation_id: operations, status: "completed" };
}

/** `answer` sees the body as its schema says. */
function route<Body extends z.ZodType>(
  line: string,
  rest: Omit<Route, "method" | "path" | "answer" | "body"> & {
    body: Body | null;
    answer(asked: Asked, body: z.output<Body>): unknown;
  },
): Route {
  const [method = "", path = ""] = line.split(" ");
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`);
  return { ...rest, method, path: pattern, answer: (asked) => rest.answer(asked, asked.body as z.output<Body>) };
}

const collectionRoutes: Route[] = [
  route("GET /", {
    ...none,
    reply: replies.Version,
    isBare: true,
    answer: ({ state }) => ({ title: "qdrant - vector search engine", version: state.version, commit: "0000000" }),
  }),
  route("GET /collections", {
    ...none,
    reply: replies.Collections,
    answer: ({ state }) => ({ collections: [...state.collections.keys()].map((name) => ({ name })) }),
  }),
  route("GET /collections/{name}/exists", {
    ...none,
    reply: replies.Exists,
    answer: (asked) => ({ exists: asked.state.collections.has(nameOf(asked)) }),
  }),
  route("GET /collections/{name}", {
    ...none,
    reply: replies.CollectionInfo,
    answer: (asked) => describe(collectionOf(asked)),
  }),
  route("PUT /collections/{name}", {
    body: requests.CreateCollection,
    query: z.strictObject({ timeout: z.string().exactOptional() }),
    reply: replies.Done,
    answer({ state, names: [name = ""] }, layout) {
      assertNoCollection(state, name);
      if (state.aliases.has(name)) {
        const says = `Can't create collection with name ${name}. Alias with the same name already exists`;
        throw new Refusal(400, `Wrong input: ${says}`);
      }
      state.collections.set(name, new StoredCollection(layout));
      return true;
    },
  }),
  route("DELETE /collections/{name}", {
    ...none,
    reply: replies.Done,
    answer({ state, names: [name = ""] }) {
      for (const [alias, collection] of state.aliases) if (collection === name) state.aliases.delete(alias);
      return state.collections.delete(name);
    },
  }),
  route("PUT /collections/{name}/index", {
    body: requests.CreateFieldIndex,
    query: requests.WriteParameters,
    reply: replies.UpdateResult,
    answer(asked, { field_name, field_schema }) {
      const collection = collectionOf(asked);
      collection.index(field_name, field_schema);
      return completed(collection);
    },
  }),
  route("POST /collections/aliases", {
    body: requests.ChangeAliases,
    query: noParameters,
    reply: replies.Done,
    answer({ state }, { actions }) {
      for (const action of actions) {
        if ("delete_alias" in action) state.aliases.delete(action.delete_alias.alias_name);
        else changeAlias(state, action.create_alias);
      }
      return true;
    },
  }),
  route("GET /aliases", {
    ...none,
    reply: replies.Aliases,
    answer: ({ state }) => ({
      aliases: [...state.aliases].map(([alias_name, collection_name]) => ({ alias_name, collection_name })),
    }),
  }),
  route("POST /collections/{name}/snapshots", {
    ...none,
    query: z.strictObject({ wait: z.enum(["true", "false"]).exactOptional() }),
    reply: replies.Snapshot,
    answer(asked) {
      const { snapshots } = collectionOf(asked);
      const second = String(snapshots.length).padStart(2, "0");
      snapshots.push(`${nameOf(asked)}-${peer}-2026-01-01-00-00-${second}.snapshot`);
      return describeSnapshot(snapshots.at(-1) ?? "");
    },
  }),
  route("GET /collections/{name}/snapshots", {
    ...none,
    reply: replies.Snapshots,
    answer: (asked) => collectionOf(asked).snapshots.map(describeSnapshot),
  }),
  route("DELETE /collections/{name}/snapshots/{snapshot}", {
    ...none,
    query: z.strictObject({ wait: z.enum(["true", "false"]).exactOptional() }),
    reply: replies.Done,
    answer(asked) {
      const { snapshots } = collectionOf(asked);
      const at = snapshots.indexOf(asked.names[1] ?? "");
      if (at === -1) throw new Refusal(404, `Not found: Snapshot ${asked.names[1]} not found`);
      return snapshots.splice(at, 1).length === 1;
    },
  }),
];

const pointRoutes: Route[] = [
  route("PUT /collections/{name}/points", {
    body: requests.PointsList,
    query: requests.WriteParameters,
    reply: replies.UpdateResult,
    answer(asked, { points }) {
      const collection = collectionOf(asked);
      collection.upsert(points);
      return completed(collection);
    },
  }),
  route("POST /collections/{name}/points/delete", {
    body: requests.DeletePoints,
    query: requests.WriteParameters,
    reply: replies.UpdateResult,
    answer(asked, selector) {
      const collection = collectionOf(asked);
      const ids = "points" in selector ? selector.points : collection.matching(selector.filter).map(({ id }) => id);
      collection.delete(ids);
      return completed(collection);
    },
  }),
  route("POST /collections/{name}/points/query/batch", {
    body: requests.QueryRequestBatch,
    query: noParameters,
    reply: replies.QueryResults,
    answer(asked, { searches }) {
      const collection = collectionOf(asked);
      return searches.map((search) => ({
        points: collection.query(search).map(({ point: { id, version, payload }, score }) => ({
          ...{ id, version, score },
          ...(search.with_payload === true && payload ? { payload } : {}),
        })),
      }));
    },
  }),
  route("POST /collections/{name}/points/count", {
    body: requests.CountRequest,
    query: noParameters,
    reply: replies.CountResult,
    answer: (asked, { filter }) => ({ count: collectionOf(asked).matching(filter).length }),
  }),
  route("POST /collections/{name}/points/scroll", {
    body: requests.ScrollRequest,
    query: noParameters,
    reply: replies.ScrollResult,
    answer(asked, { offset = 0, limit = 10, filter, with_payload: withPayload = true }) {
      const found = collectionOf(asked)
        .matching(filter)
        .filter(({ id }) => id >= offset)
        .sort((first, second) => first.id - second.id);
      const points = found
        .slice(0, limit)
        .map(({ id, payload }) => ({ id, ...(withPayload && payload ? { payload } : {}) }));
      return { points, next_page_offset: found[limit]?.id ?? null };
    },
  }),
];

export const routes: readonly Route[] = [...collectionRoutes, ...pointRoutes];

function changeAlias(
  state: QdrantState,
  { alias_name, collection_name }: { alias_name: string; collection_name: string },
) {
  if (!state.collections.has(collection_name))
    throw new Refusal(404, `Not found: Collection \`${collection_name}\` doesn't exist!`);
  assertNoCollection(state, alias_name);
  state.aliases.set(alias_name, collection_name);
}

function assertNoCollection({ collections }: QdrantState, name: string): void {
  if (collections.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
}

function describe({ layout, points, indexes, health }: StoredCollection): z.infer<typeof replies.CollectionInfo> {
  const { vectors, sparse_vectors, on_disk_payload = true } = layout;
  return {
    ...{
      ...health,
      indexed_vectors_count: 0,
      points_count: points.size,
      segments_count: 2,
    },
    config: {
      params: {
        ...{ vectors, ...(sparse_vectors ? { sparse_vectors } : {}), on_disk_payload },
        ...{ shard_number: 1, replication_factor: 1, write_consistency_factor: 1 },
      },
      hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
      optimizer_config: { default_segment_number: 0, flush_interval_sec: 5 },
    },
    payload_schema: Object.fromEntries(
      [...indexes].map(([field, { type: data_type }]) => {
        const holding = [...points.values()].filter(({ payload }) => payload?.[field] !== undefined);
        return [field, { data_type, points: holding.length }];
      }),
    ),
  };
}

function describeSnapshot(name: string): z.infer<typeof replies.Snapshot> {
  return { name, creation_time: "2026-01-01T00:00:00", size: 1024, checksum: "0".repeat(64) };
}
