import { expect, it } from "vitest";
import { unusableDataDirectory } from "./data-directory.ts";

it.each([
  ["ENOSPC", "its disk is full (ENOSPC); free some space"],
  ["ENOTDIR", "is no directory (ENOTDIR); choose another"],
  ["EACCES", "the system refuses it (EACCES); choose another, or mend its owner and modes"],
])("%s: %s", (code, said) => {
  const error = unusableDataDirectory("/srv/data", Object.assign(new Error("no"), { code }));
  expect(error).toMatchObject({ code: "invalid_input", message: expect.stringContaining(said) });
  expect(error.message).toContain('"/srv/data"');
});
