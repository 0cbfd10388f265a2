// The lines of `ls-files -z -t --stage`: a tag, the mode where the index has one, and the name's bytes.
import { splitFields } from "./fields.ts";

export interface TaggedName {
  /** "H" in the index, "S" there but left out by a sparse checkout, "M" unmerged, "R" gone from disk, "?" untracked. */
  tag: string;
  isSubmodule: boolean;
  name: Buffer;
}

export function* parseTaggedListing(bytes: Buffer): Generator<TaggedName> {
  for (const field of splitFields(bytes)) {
    const tag = String.fromCharCode(field[0] ?? 0);
    // "? path", or "H 100644 <id> <stage>\tpath".
    const name = field.subarray(tag === "?" ? 2 : field.indexOf(9) + 1);
    yield { tag, isSubmodule: tag !== "?" && field.subarray(2, 8).toString("latin1") === "160000", name };
  }
}
