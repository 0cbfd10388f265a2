// `<function=read_file><parameter=path>a</parameter></function>`, as Qwen3-Coder and Seed write it, and `<function=read_file>{…}</function>`
// of Llama 3. Closing tags may be missing where the model never writes them.
import { matchNames } from "../argument-names.ts";
import { readJson } from "../lenient-json.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipClosers, skipSpace } from "./form.ts";
import { readParameters } from "./parameters.ts";

const opening = /<function(?:\s*=\s*["']?([\w.:-]+)["']?|\s+name\s*=\s*["']([\w.:-]+)["'])\s*>/y;
const parameter = /<parameter(?:\s*=\s*["']?([\w.:-]+)["']?|\s+name\s*=\s*["']([\w.:-]+)["'])\s*>/y;
const closing = /<\/function>/y;

export function readFunctionXml(source: Source, start: number): FormResult {
  const { text, tools } = source;
  const opened = matchAt(opening, text, start);
  const name = opened?.[1] ?? opened?.[2];
  const tool = tools.find(name ?? "");
  if (!opened || name === undefined || !tool) return undefined;
  const inside = skipSpace(text, start + opened[0].length);
  if (text[inside] === "{") return readJsonBody(source, inside, name);
  const read = readParameters(source, inside, {
    open: parameter,
    close: () => "</parameter>",
    end: closing,
    isKnown: (key) => matchNames(Object.keys(tool.schema.properties ?? {}), [key]).size > 0,
  });
  if (!read) return undefined;
  const { end, doubt, values } = read;
  return { calls: [{ name, arguments: values, doubt }], end: skipClosers(text, end) };
}

function readJsonBody({ text, budget }: Source, start: number, name: string): FormResult {
  const read = readJson(text, start, budget);
  if (!read) return undefined;
  return { calls: [{ name, arguments: read.value, doubt: read.doubt }], end: skipClosers(text, read.end) };
}

export const functionXmlForm: CallForm = {
  name: "function-xml",
  opens: /<function(?:=|\s+name=|\s*=)/y,
  stands: "apart",
  read: readFunctionXml,
};
