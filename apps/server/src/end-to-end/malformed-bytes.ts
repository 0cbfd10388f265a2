// Requests with one or two things wrong, or nothing but noise: the same in every run, from a seed. Knows no server.

export type Random = () => number;

/** A small generator of numbers that are the same in every run. */
export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value;

function bytes(random: Random, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(Math.floor(random() * 256))).join("");
}

const methods = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "get",
  "G\0T",
  "PRI",
  "x".repeat(300),
];
const paths = [
  ...[
    "/healthz",
    "/v1/status",
    "/v1/tasks",
    "/v1/tasks/%",
    "/v1/tasks/%ff%fe",
    "/../../etc/passwd",
    "//",
    "*",
    "",
    "/\0",
  ],
  ...[
    "http://127.0.0.1/v1/status",
    "https://elsewhere.example/x",
    "/v1/tasks?limit=%",
    "/v1/tasks?a=b&a=c&&=",
    "/é",
    "/ /",
  ],
  ...[
    "/v1/events?after=0x10",
    "/v1/tasks/tsk_0/stream",
    `/${"a/".repeat(500)}`,
    "/v1/search",
    "/openapi.json?x",
    "/docs#x",
  ],
];
const versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 x", "HTTQ/1.1", ""];
const headers = [
  ...["Host: 127.0.0.1", "Host: ", "Host: a\r\nHost: b", "Host: [::1", "Host: 127.0.0.1:99999", "Host: \x7f", ""],
  ...["Content-Length: 5", "Content-Length: -1", "Content-Length: 1e9", "Content-Length: 5\r\nContent-Length: 6"],
  ...["Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3", "Transfer-Encoding: xchunked"],
  ...[
    "Content-Type: application/json",
    "Content-Type: application/json; charset=\xff",
    "Expect: 100-continue",
    "Expect: x",
  ],
  ...[
    "Connection: upgrade\r\nUpgrade: websocket",
    "Connection: keep-alive",
    "Upgrade: h2c",
    "Cookie: a=b",
    ": x",
    "X",
    "X : y",
  ],
  ...[
    "Origin: null",
    "Origin: \x01",
    "Authorization: Bearer",
    "Authorization: \0",
    "Range: bytes=0-",
    " folded",
    "X: a\rb",
  ],
  ...[
    `X: ${"y".repeat(17_000)}`,
    Array.from({ length: 200 }, (_, n) => `X-${n}: y`).join("\r\n"),
    "Last-Event-ID: \xff",
  ],
];
const bodies = [
  "",
  "{}",
  "5\r\nhello\r\n0\r\n\r\n",
  "zz\r\n",
  "ffffffffffffffff\r\n",
  '{"__proto__":{"a":1}}',
  "[".repeat(5000),
  "\0",
];

/** Mostly a request with one or two things wrong, so that some get far. */
export function composeRequest(random: Random, goodToken: string): string {
  if (random() < 0.05) return bytes(random, 1 + Math.floor(random() * 400));
  const seldom = <Value>(usual: Value, others: readonly Value[], share: number): Value =>
    random() < share ? pick(random, others) : usual;
  const method = seldom(pick(random, ["GET", "GET", "POST"]), methods, 0.2);
  const line = `${method} ${pick(random, paths)} ${seldom("HTTP/1.1", versions, 0.1)}`;
  const chosen = Array.from({ length: seldom(0, [1, 2, 4], 0.5) }, () => pick(random, headers));
  const host = seldom(["Host: 127.0.0.1"], [[]], 0.15);
  const token = seldom([], [[`Authorization: Bearer ${goodToken}`]], 0.5);
  const end = seldom("\r\n", ["\n", "\r"], 0.05);
  const text = [line, ...host, ...token, ...chosen, "", seldom("", bodies, 0.4)].join(end);
  if (random() < 0.1) return text.slice(0, Math.floor(random() * text.length));
  if (random() > 0.1) return text + end;
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + bytes(random, 1 + Math.floor(random() * 4)) + text.slice(at + 1);
}
