// The forms in which a secret that the server knows may turn up: as it is, and as the usual encodings write it. Pure.
// Not covered: compression, encryption, other bases, a secret that was cut up or turned round on purpose.

/** Shorter values are in too many texts by chance. */
export const minSecretCharacters = 6;
/** Longer lines of a value of several lines count alone: `grep` shows them so. */
const minLineCharacters = 16;
const maxSecretCharacters = 16_384;

/** All forms of a value, without line ends: texts are matched without theirs too, because encoders wrap. */
export function encodedForms(value: string): string[] {
  const secret = value.trim().slice(0, maxSecretCharacters);
  if (secret.length < minSecretCharacters) return [];
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const wholes = lines.length === 1 ? [secret] : [secret, ...lines.filter(isTellingLine)];
  const forms = wholes.flatMap((text) => [text, ...escapedForms(text), ...byteForms(text)]);
  return [...new Set(forms.map(withoutLineEnds))].filter((form) => form.length >= minSecretCharacters);
}

export function withoutLineEnds(text: string): string {
  return text.includes("\n") ? text.replaceAll(/\r?\n/g, "") : text;
}

function isTellingLine(line: string): boolean {
  return line.length >= minLineCharacters && !line.startsWith("-----");
}

function escapedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const url = percentEncode(text);
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll("%20", "+"),
    html,
    html.replaceAll("'", "&#39;"),
    // The shell's ways to quote a quote.
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/[^\w@%+=:,./-]/g, (character) => `\\${character}`),
  ];
}

function percentEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function byteForms(text: string): string[] {
  const bytes = Buffer.from(text, "utf8");
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].map((offset) => base64Core(bytes, offset));
  return [
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((core) => core.replaceAll("+", "-").replaceAll("/", "_")),
    ...base64.map(percentEncode),
  ];
}

/** The characters that depend on the secret alone where it begins `offset` bytes behind a group of three. */
function base64Core(bytes: Buffer, offset: number): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / 6);
  return all.toString("base64").slice(first, Math.floor((all.length * 8) / 6));
}
