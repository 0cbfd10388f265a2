// `<read_file><path>a</path></read_file>`: the tool's name and its properties as tags, as models trained on Cline's prompts write it; also
// with attributes, or JSON inside. HTML looks the same, so every tag has to be known, and the tool's own closing tag there.
import { matchNames } from "../argument-names.ts";
import { readJson } from "../lenient-json.ts";
import type { DeclaredTool } from "../understand-call.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipSpace } from "./form.ts";
import { readParameters } from "./parameters.ts";

const opening = /<([A-Za-z_][\w.-]*)((?:\s+[\w-]+\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}'))*)\s*(\/?)>/y;
const attribute = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** Words of HTML and of every page: they are not taken for a tool that merely does the same kind of thing. */
const ordinary = new Set([
  "search",
  "code",
  "command",
  "view",
  "dir",
  "log",
  "test",
  "status",
  "edit",
  "create",
  "find",
  "data",
]);

function readToolNameXml(source: Source, start: number): FormResult {
  const { text } = source;
  const opened = matchAt(opening, text, start);
  const [, tag = "", attributes = "", slash] = opened ?? [];
  const tool = opened ? toolOfTag(tag, source) : undefined;
  if (!opened || !tool) return undefined;
  const inside = start + opened[0].length;
  const given = readAttributes(attributes);
  if (slash === "/") return Object.keys(given).length > 0 ? toReading(tag, given, inside) : undefined;
  if (Object.keys(given).length > 0) return readEmptyBody(source, inside, tag, given);
  const first = skipSpace(text, inside);
  return text[first] === "{" ? readJsonBody(source, first, tag) : readBody(source, inside, tag, tool);
}

function toolOfTag(tag: string, source: Source): DeclaredTool | undefined {
  const tool = source.tools.find(tag);
  return tool && ordinary.has(tag.toLowerCase()) && tool.name !== tag ? undefined : tool;
}

function toReading(name: string, given: Record<string, unknown>, end: number): FormResult {
  return { calls: [{ name, arguments: given, doubt: "none" }], end };
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(attribute)].map(([, key = "", a, b]) => [key, a ?? b ?? ""]));
}

function readEmptyBody({ text }: Source, at: number, tag: string, given: Record<string, string>): FormResult {
  const closed = matchAt(closingTag(tag), text, skipSpace(text, at));
  return closed ? toReading(tag, given, skipSpace(text, at) + closed[0].length) : undefined;
}

function readJsonBody({ text, budget }: Source, start: number, tag: string): FormResult {
  const read = readJson(text, start, budget);
  const closed = read && matchAt(closingTag(tag), text, skipSpace(text, read.end));
  if (!read || !closed) return undefined;
  const doubt = read.doubt === "missing_close" ? "none" : read.doubt;
  return { calls: [{ name: tag, arguments: read.value, doubt }], end: skipSpace(text, read.end) + closed[0].length };
}

function readBody(source: Source, start: number, tag: string, tool: DeclaredTool): FormResult {
  const properties = Object.keys(tool.schema.properties ?? {});
  const isKnown = (key: string) => matchNames(properties, [key]).size > 0;
  const first = matchAt(/\s*<([A-Za-z_][\w.-]*)>/y, source.text, start)?.[1];
  if (first === undefined || !isKnown(first)) return undefined;
  const read = readParameters(source, start, {
    open: /<([A-Za-z_][\w.-]*)>/y,
    close: (name) => `</${name}>`,
    end: closingTag(tag),
    isKnown,
  });
  if (!read || !Object.keys(read.values).every(isKnown)) return undefined;
  // Without its closing tag it has to be the tool's very name, whole but for that tag, and the last thing that was said.
  const isWhole = tag === tool.name && read.valuesAreClosed && read.end >= source.text.length;
  return {
    calls: [{ name: tag, arguments: read.values, doubt: read.isClosed || isWhole ? read.doubt : "unterminated" }],
    end: read.end,
  };
}

function closingTag(tag: string): RegExp {
  return new RegExp(`</${tag.replaceAll(".", "\\.")}>`, "y");
}

export const toolNameXmlForm: CallForm = {
  name: "tool-name-xml",
  opens: opening,
  stands: "apart",
  read: readToolNameXml,
};
