// A collection in memory that answers as Qdrant does, exactly where Qdrant is approximate: named dense vectors by cosine, sparse ones by
// their product with Qdrant's idf, filters over ids and indexed payload.
import type { z } from "zod";
import { Refusal } from "./refusal.ts";
import type { CollectionInfo } from "./replies.ts";
import type { CreateCollection, CreateFieldIndex, Filter, PointStruct, QueryRequest } from "./requests.ts";

export type StoredPoint = z.infer<typeof PointStruct> & { version: number };
type Layout = z.infer<typeof CreateCollection>;
type FieldSchema = z.infer<typeof CreateFieldIndex>["field_schema"];
type Sparse = { indices: number[]; values: number[] };
type Health = Pick<z.infer<typeof CollectionInfo>, "status" | "optimizer_status">;
type Scored = { point: StoredPoint; score: number };

export class StoredCollection {
  readonly layout: Layout;
  readonly points = new Map<number, StoredPoint>();
  readonly indexes = new Map<string, { type: "keyword" | "integer"; onDisk: boolean }>();
  readonly snapshots: string[] = [];
  /** What it says of itself; a test may say otherwise. */
  readonly health: Health = { status: "green", optimizer_status: "ok" };
  operations = 0;
  /** How many points have each sparse vector (`all`), and each term of it, as of that many operations. */
  private counted = { operations: 0, points: new Map<string, number>(), all: new Map<string, number>() };

  constructor(layout: Layout) {
    this.layout = layout;
  }

  index(field: string, schema: FieldSchema): void {
    this.operations += 1;
    const { type, on_disk: onDisk = false } = typeof schema === "string" ? { type: schema } : schema;
    this.indexes.set(field, { type, onDisk });
  }

  upsert(points: readonly z.infer<typeof PointStruct>[]): void {
    for (const point of points) this.assertVectors(point);
    this.operations += 1;
    for (const { id, vector, payload = {} } of points) {
      const unit = Object.entries(vector).map(([name, value]) => [
        name,
        Array.isArray(value) ? normalised(value) : value,
      ]);
      this.points.set(id, { id, payload, vector: Object.fromEntries(unit), version: this.operations });
    }
  }

  delete(ids: readonly number[]): void {
    this.operations += 1;
    for (const id of ids) this.points.delete(id);
  }

  matching(filter: Filter | undefined): StoredPoint[] {
    const { must = [], must_not: mustNot = [] } = filter ?? {};
    const tests = [
      ...must.map((condition) => this.test(condition, true)),
      ...mustNot.map((one) => this.test(one, false)),
    ];
    return [...this.points.values()].filter((point) => tests.every((test) => test(point)));
  }

  query({ prefetch, query, using, filter, limit = 10 }: QueryRequest): Scored[] {
    let candidates = this.matching(filter);
    if (prefetch !== undefined) {
      const fetched = new Set(this.query(prefetch).map(({ point }) => point.id));
      candidates = candidates.filter(({ id }) => fetched.has(id));
    }
    const scored = Array.isArray(query)
      ? this.byCosine(candidates, query, using)
      : this.byTerms(candidates, query, using);
    // Among equal ones Qdrant promises no order.
    return scored
      .sort((first, second) => second.score - first.score || second.point.id - first.point.id)
      .slice(0, limit);
  }

  private byCosine(candidates: StoredPoint[], query: number[], using: string): Scored[] {
    const size = this.layout.vectors[using]?.size;
    if (size === undefined) throw this.refuseVector(using, this.layout.sparse_vectors?.[using] !== undefined);
    assertSize(query, size, "");
    const unit = normalised(query);
    const scored: Scored[] = [];
    for (const point of candidates) {
      const vector = point.vector[using];
      if (!Array.isArray(vector)) continue;
      let score = 0;
      for (let at = 0; at < size; at += 1) score += (vector[at] as number) * (unit[at] as number);
      scored.push({ point, score: Math.fround(score) });
    }
    return scored;
  }

  private byTerms(candidates: StoredPoint[], query: Sparse, using: string): Scored[] {
    const params = this.layout.sparse_vectors?.[using];
    if (params === undefined) throw this.refuseVector(using, this.layout.vectors[using] !== undefined);
    const weights = new Map(query.indices.map((index, at) => [index, query.values[at] ?? 0]));
    if (params.modifier === "idf") {
      for (const [index, weight] of weights) weights.set(index, weight * this.inverseFrequency(using, index));
    }
    return candidates.flatMap((point) => {
      const vector = point.vector[using];
      if (vector === undefined || Array.isArray(vector)) return [];
      const shared = vector.indices.flatMap((index, at) => {
        const weight = weights.get(index);
        return weight === undefined ? [] : [weight * (vector.values[at] ?? 0)];
      });
      return shared.length === 0 ? [] : [{ point, score: shared.reduce((sum, value) => sum + value, 0) }];
    });
  }

  private inverseFrequency(name: string, index: number): number {
    if (this.counted.operations !== this.operations) this.countTerms();
    const holding = this.counted.points.get(`${name} ${index}`) ?? 0;
    return Math.log(((this.counted.all.get(name) ?? 0) - holding + 0.5) / (holding + 0.5) + 1);
  }

  private countTerms(): void {
    const points = new Map<string, number>();
    const all = new Map<string, number>();
    for (const { vector } of this.points.values()) {
      for (const [name, sparse] of Object.entries(vector)) {
        if (Array.isArray(sparse)) continue;
        all.set(name, (all.get(name) ?? 0) + 1);
        for (const index of sparse.indices) points.set(`${name} ${index}`, (points.get(`${name} ${index}`) ?? 0) + 1);
      }
    }
    this.counted = { operations: this.operations, points, all };
  }

  private test(condition: NonNullable<Filter["must"]>[number], expected: boolean): (point: StoredPoint) => boolean {
    if ("has_id" in condition) {
      const ids = new Set(condition.has_id);
      return ({ id }) => ids.has(id) === expected;
    }
    const { key, match } = condition;
    const type = this.indexes.get(key)?.type;
    if (type === undefined) {
      throw new Refusal(
        400,
        `Bad request: Index required but not found for "${key}" of one of the following types: [keyword]. Help: Create an index for this key or use a different filter.`,
      );
    }
    const wanted = new Set<unknown>("any" in match ? match.any : [match.value]);
    const fits = type === "integer" ? Number.isInteger : (value: unknown) => typeof value === "string";
    if (![...wanted].every(fits)) throw new Refusal(400, `Wrong input: values of "${key}" are not of type ${type}`);
    return ({ payload }) => [payload?.[key]].flat().some((value) => wanted.has(value)) === expected;
  }

  private assertVectors({ vector }: z.infer<typeof PointStruct>): void {
    for (const [name, value] of Object.entries(vector)) {
      const size = this.layout.vectors[name]?.size;
      const isSparse = this.layout.sparse_vectors?.[name] !== undefined;
      if ((size === undefined && !isSparse) || Array.isArray(value) === isSparse)
        throw this.refuseVector(name, isSparse || size !== undefined);
      if (Array.isArray(value)) assertSize(value, size ?? 0, ` for vector '${name}'`);
    }
  }

  private refuseVector(name: string, isThere: boolean): Refusal {
    if (isThere) return new Refusal(400, "Wrong input: Conversion between sparse and regular vectors failed");
    return new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
  }
}

function assertSize(vector: readonly number[], size: number, of: string): void {
  if (vector.length === size) return;
  throw new Refusal(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${vector.length}${of}`);
}

/** As Qdrant stores vectors that are compared by cosine; one of zeros stays. */
function normalised(vector: readonly number[]): number[] {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? [...vector] : vector.map((value) => Math.fround(value / length));
}
