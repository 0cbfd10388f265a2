// JSON calls without any mark, as many small models print them.
import { readJsonCalls } from "./body.ts";
import type { CallForm } from "./form.ts";

export const bareJsonForm: CallForm = {
  name: "json",
  opens: /\{(?=\s*(?:["'{“]|[A-Za-z_]))|\[(?=\s*\{)/y,
  stands: "last",
  read: (source, start) => readJsonCalls(source, start, false),
};
