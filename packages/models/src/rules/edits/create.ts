// Creates a file that is not there yet; never writes over one.
import type { EditIntent } from "../instruction/intents.ts";
import { parseEdit, parseFilePage } from "../observations.ts";
import { call } from "../plan.ts";
import { changed, type EditPlan, failed } from "./outcome.ts";

export function* create(intent: Extract<EditIntent, { type: "create" }>): EditPlan {
  const { file: path, text } = intent;
  const seen = yield* call("read_file", { path, start_line: 1, end_line: 1 });
  if (parseFilePage(seen) || / cannot be shown: /.test(seen))
    return failed(`"${path}" is there already; say what to change in it`);
  const content = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const result = parseEdit(yield* call("write_file", { path, content }));
  return result.ok ? changed(`created ${path}`) : failed(result.text);
}
