// Ties our validators to Qdrant's published API: the types that its client package generates from the OpenAPI document. A schema that
// would let through what the API does not know, or call a field by another name, does not compile.
import type { Schemas } from "@qdrant/js-client-rest";
import type { z } from "zod";

/** `true` where every value of `Ours` is one of `Api`, and has no key that `Api` lacks; `false` among it for each that is not. */
type Conforms<Ours, Api> = Ours extends Api ? (Exclude<keyof Ours, keyof Api> extends never ? true : false) : false;

/** The schema itself; `Name` is a component of the API. */
export function conforming<Name extends keyof Schemas>(_component: Name) {
  return <Schema extends z.ZodType>(
    schema: Schema,
    ..._proof: Conforms<z.output<Schema>, Schemas[Name]> extends true ? [] : ["this schema is not the API's"]
  ): Schema => schema;
}
