// Calls whose name stands between tokens and whose arguments follow as JSON: DeepSeek V3 and V3.1, Kimi K2, and Kimi's without the tokens.
import { readJson } from "../lenient-json.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipClosers } from "./form.ts";

const list = String.raw`(?:<[|｜]tool[_▁ ]calls(?:[_▁ ]section)?[_▁ ]begin[|｜]>\s*){0,4}`;
const begin = String.raw`<[|｜]tool[_▁ ]call[_▁ ]begin[|｜]>\s*`;
const separator = String.raw`\s*<[|｜]tool[_▁ ](?:sep|call[_▁ ]argument[_▁ ]begin)[|｜]>\s*`;
/** V3 has the kind first and the name behind the token; V3.1 and Kimi the name first. */
const opening = new RegExp(
  `${list}${begin}(?:function${separator}([\\w.:-]+)|([\\w.:-]+)${separator})\\s*(?:\`\`\`(?:json)?\\s*)?`,
  "y",
);
const anyOpening = new RegExp(`${list}${begin}`, "y");
const plain = /functions\.([\w.-]+):\d+\s*(?:<[|｜][^|｜<>]{1,40}[|｜]>\s*)?(?=\{)/y;

function readWith(pattern: RegExp) {
  return (source: Source, start: number): FormResult => {
    const { text, tools, budget } = source;
    const opened = matchAt(pattern, text, start);
    const name = opened?.[1] ?? opened?.[2];
    if (!opened || name === undefined || !tools.find(name)) return undefined;
    const at = start + opened[0].length;
    if (at >= text.length) return "broken_off";
    const read = readJson(text, at, budget);
    if (!read) return undefined;
    const behindFence = matchAt(/\s*```/y, text, read.end);
    const inside = read.end + (behindFence?.[0].length ?? 0);
    const end = skipClosers(text, inside);
    const doubt = end > inside && read.doubt === "missing_close" ? "none" : read.doubt;
    return { calls: [{ name, arguments: read.value, doubt }], end };
  };
}

export const namedTokenForm: CallForm = {
  name: "named-token",
  opens: anyOpening,
  stands: "anywhere",
  read: readWith(opening),
};
export const kimiTextForm: CallForm = { name: "kimi-text", opens: plain, stands: "apart", read: readWith(plain) };
