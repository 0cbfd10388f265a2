// `<invoke name="read_file"><parameter name="path">a</parameter></invoke>`, bare, in a namespace (MiniMax), or in DeepSeek's DSML tokens.
// DSML leaks into prose, so there the closing tag has to be there; `string="false"` marks a value that is JSON, which the schema says too.
import { matchNames } from "../argument-names.ts";
import { type CallForm, type FormResult, matchAt, type Source, skipClosers } from "./form.ts";
import { readParameters } from "./parameters.ts";

const opening = /<((?:[|｜]DSML[|｜]|[\w-]+:)?)invoke\s+name\s*=\s*["']([\w.:-]+)["']\s*>/y;

export function readInvokeXml(source: Source, start: number): FormResult {
  const { text, tools } = source;
  const opened = matchAt(opening, text, start);
  const [, prefix = "", name = ""] = opened ?? [];
  const tool = tools.find(name);
  if (!opened || !tool) return undefined;
  const escaped = prefix.replaceAll("|", "\\|");
  const read = readParameters(source, start + opened[0].length, {
    open: new RegExp(`<${escaped}parameter\\s+name\\s*=\\s*["']([\\w.:-]+)["'][^<>]*>`, "y"),
    close: () => `</${prefix}parameter>`,
    end: new RegExp(`</${escaped}invoke>`, "y"),
    isKnown: (key) => matchNames(Object.keys(tool.schema.properties ?? {}), [key]).size > 0,
  });
  if (!read) return undefined;
  const { end, doubt, values, isClosed } = read;
  const isDsml = prefix.includes("DSML");
  return {
    calls: [{ name, arguments: values, doubt: isDsml && !isClosed ? "unterminated" : doubt }],
    end: skipClosers(text, end),
  };
}

export const invokeXmlForm: CallForm = {
  name: "invoke-xml",
  opens: /<(?:[|｜]DSML[|｜]|[\w-]+:)?invoke\s+name/y,
  stands: "apart",
  read: readInvokeXml,
};
