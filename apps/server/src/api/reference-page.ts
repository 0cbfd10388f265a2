// The API reference as one page of plain HTML: made from the OpenAPI document, needs no network and no script.

interface Operation {
  summary: string;
  description: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
  "x-scope"?: string;
}

const style = `
:root { color-scheme: light dark; --line: #8883; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
h2 { font-size: 1.05rem; margin: 0 0 .3rem; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
.scope { float: right; font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; }
pre { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem; overflow: auto; max-height: 22rem; }
td, th { text-align: left; padding: .1rem 1rem .1rem 0; vertical-align: top; }
nav ol { columns: 2; }`;

export function renderReferencePage(document: Record<string, unknown>): string {
  const info = document["info"] as { title: string; version: string; description: string };
  const paths = document["paths"] as Record<string, Record<string, Operation>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const links = operations.map(
    ({ path, method, operation }) => `<li><a href="#${anchor(method, path)}">${escapeHtml(operation.summary)}</a></li>`,
  );
  const sections = operations.map(({ path, method, operation }) => renderOperation(path, method, operation));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)} API</title><style>${style}</style></head><body>
<h1>${escapeHtml(info.title)} API <small>${escapeHtml(info.version)}</small></h1>
<p>Send <code>Authorization: Bearer outpost_…</code> with every request but <code>/healthz</code>. Bodies are JSON.
Errors have the shape <code>{"error": {"code", "message", "retryable", "requestId", "details"}}</code>.
The same as data: <a href="/openapi.json">/openapi.json</a>.</p>
<nav><ol>${links.join("")}</ol></nav>${sections.join("\n")}</body></html>`;
}

function renderOperation(path: string, method: string, operation: Operation): string {
  const scope = operation["x-scope"] ? `scope ${operation["x-scope"]}` : "no token";
  const parameters = operation.parameters.map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}${parameter.required ? ", required" : ""}</td><td><code>${escapeHtml(JSON.stringify(parameter.schema))}</code></td></tr>`,
  );
  const body = operation.requestBody?.content["application/json"]?.schema;
  const codes = Object.entries(operation.responses).map(
    ([status, response]) => `<code>${status}</code> ${escapeHtml(response.description)}`,
  );
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith("2"))?.[1];
  const replySchema = Object.values(success?.content ?? {})[0]?.schema;
  return `<section id="${anchor(method, path)}"><span class="scope">${escapeHtml(scope)}</span>
<h2><span class="method">${method}</span><code>${escapeHtml(path)}</code></h2>
<p>${escapeHtml(operation.summary)}. ${escapeHtml(operation.description)}</p>
${parameters.length > 0 ? `<table>${parameters.join("")}</table>` : ""}
${body ? schemaBlock("Body", body) : ""}${replySchema ? schemaBlock("Reply", replySchema) : ""}
<p>${codes.join(" · ")}</p></section>`;
}

function schemaBlock(title: string, schema: object): string {
  return `<details><summary>${title}</summary><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`;
}

function anchor(method: string, path: string): string {
  return `${method}-${path.replaceAll(/[^A-Za-z]+/g, "-")}`.toLowerCase();
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
