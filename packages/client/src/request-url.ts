// The address of a call: base, path with its parameters, query.
import { OutpostError } from "@outpost/protocol";

/** Throws `invalid_input` for an address that is no HTTP one. */
export function parseBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new OutpostError(
      "invalid_input",
      `"${baseUrl}" is no address of a server; give one like http://127.0.0.1:7420`,
    );
  }
  return url;
}

export function composeUrl(
  base: URL,
  path: string,
  params: Record<string, string | number>,
  query: Record<string, unknown>,
): URL {
  const filled = path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => encodeParameter(name, params[name]));
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, "") + filled;
  url.hash = "";
  url.search = "";
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
  }
  return url;
}

function encodeParameter(name: string, value: string | number | undefined): string {
  const text = String(value ?? "");
  // A URL would swallow these as steps in the path.
  if (text === "" || text === "." || text === "..") {
    throw new OutpostError("invalid_input", `"${text}" is no ${name}`);
  }
  return encodeURIComponent(text);
}
