// Calls whose name stands between tokens and whose arguments follow as JSON: DeepSeek V3 and V3.1, Kimi K2, and Kimi's without the tokens.
import { type CallForm, type FormResult, matchAt, type Source, skipClosers } from "./form.ts";
import { readNamedJson } from "./named-json.ts";

const list = String.raw`(?:<[|\uff5c]tool[_\u2581 ]calls(?:[_\u2581 ]section)?[_\u2581 ]begin[|\uff5c]>\s*){0,4}`;
const begin = String.raw`<[|\uff5c]tool[_\u2581 ]call[_\u2581 ]begin[|\uff5c]>\s*`;
const separator = String.raw`\s*<[|\uff5c]tool[_\u2581 ](?:sep|call[_\u2581 ]argument[_\u2581 ]begin)[|\uff5c]>\s*`;
/** V3 has the kind first and the name behind the token; V3.1 and Kimi the name first. */
const opening = new RegExp(
  `${list}${begin}(?:function${separator}([\\w.:-]+)|([\\w.:-]+)${separator})\\s*(?:\`\`\`(?:json)?\\s*)?`,
  "y",
);
const anyOpening = new RegExp(`${list}${begin}`, "y");
const plain = /functions\.([\w.-]+):\d+\s*(?:<[|｜][^|｜<>]{1,40}[|｜]>\s*)?(?=\{)/y;

function readWith(opening: RegExp) {
  return (source: Source, start: number): FormResult =>
    readNamedJson(opening, source, start, (call) => {
      const behindFence = matchAt(/\s*```/y, source.text, call.end);
      const inside = call.end + (behindFence?.[0].length ?? 0);
      const end = skipClosers(source.text, inside);
      const doubt = end > inside && call.doubt === "missing_close" ? "none" : call.doubt;
      return { calls: [{ name: call.name, arguments: call.arguments, doubt }], end };
    });
}

export const namedTokenForm: CallForm = {
  name: "named-token",
  opens: anyOpening,
  stands: "anywhere",
  read: readWith(opening),
};
export const kimiTextForm: CallForm = { name: "kimi-text", opens: plain, stands: "apart", read: readWith(plain) };
