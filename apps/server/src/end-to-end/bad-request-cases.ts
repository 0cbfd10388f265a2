// Requests that are wrong, as data: what is wrong, the request, the body (a text is sent as it is), the code of the refusal, and what its
// message says.
import type { ErrorCode } from "@outpost/protocol";

export type BadRequest = readonly [what: string, request: string, body: unknown, code: ErrorCode, says: RegExp];

export interface Known {
  repositoryId: string;
  taskId: string;
  /** A directory with a `file.txt` in it. */
  path: string;
  dataDirectory: string;
}

const zeros = "0".repeat(22);

export function badRequests(known: Known): BadRequest[] {
  return [...badTasks(known), ...badSources(known), ...badNames(known), ...badQueries(known), ...badDecisions(known)];
}

function badTasks({ repositoryId }: Known): BadRequest[] {
  const task = (more: object) => ({ repositoryId, instruction: "run the tests", ...more });
  const ask = "POST /v1/tasks";
  return [
    ["an unknown repository", ask, task({ repositoryId: `rep_${zeros}` }), "not_found", /rep_0/],
    ["no repository", ask, { instruction: "x" }, "invalid_input", /repositoryId/],
    ["a repository id of another shape", ask, task({ repositoryId: "../x" }), "invalid_input", /an id like rep_/],
    ["an empty instruction", ask, task({ instruction: "" }), "invalid_input", /an instruction is required/],
    ["a blank instruction", ask, task({ instruction: " \n\t " }), "invalid_input", /an instruction is required/],
    ["a long instruction", ask, task({ instruction: "x".repeat(32_001) }), "invalid_input", /32000/],
    ["an unknown key", ask, task({ instructions: "x" }), "invalid_input", /"instructions"/],
    ["a limit of zero", ask, task({ limits: { steps: 0 } }), "invalid_input", /limits\.steps/],
    ["an unknown workflow", ask, task({ workflow: "yolo" }), "invalid_input", /workflow/],
    ["a body that is a list", ask, [], "invalid_input", /body/],
    ["a body that is null", ask, "null", "invalid_input", /body/],
    ["an empty body", ask, "", "invalid_input", /body/],
    ["bad JSON", ask, '{"instruction": "x"', "invalid_input", /not JSON/],
    ["a body of 2 MB", ask, task({ instruction: "x".repeat(2_000_000) }), "limit_exceeded", /1000000 bytes/],
  ];
}

function badSources({ path, dataDirectory }: Known): BadRequest[] {
  const source = (at: string) => ({ source: { type: "path", path: at } });
  const ask = "POST /v1/repositories";
  return [
    ["a relative path", ask, source("some/where"), "invalid_input", /"some\/where" is not absolute/],
    ["a path that is not there", ask, source("/nowhere/at/all"), "not_found", /"\/nowhere\/at\/all"/],
    ["a path with a NUL", ask, source("/tmp/\0x"), "not_found", /no directory/],
    ["a path of 5,000 characters", ask, source(`/${"x".repeat(5000)}`), "invalid_input", /4096/],
    ["a name over the disk's limit", ask, source(`/tmp/${"x".repeat(300)}`), "not_found", /no directory/],
    ["a file as repository", ask, source(`${path}/file.txt`), "invalid_input", /not a directory/],
    ["a path below a file", ask, source(`${path}/file.txt/x`), "not_found", /no directory/],
    ["the whole disk as repository", ask, source("/"), "invalid_input", /belongs to the system/],
    ["processes as repository", ask, source("/proc/self"), "invalid_input", /belongs to the system/],
    ["devices as repository", ask, source("/tmp/../dev"), "invalid_input", /belongs to the system/],
    ["the server's data as repository", ask, source(dataDirectory), "invalid_input", /data directory/],
    ["what holds the server's data", ask, source(`${dataDirectory}/..`), "invalid_input", /data directory/],
    ["a mirror as repository", ask, source(`${dataDirectory}/repositories`), "invalid_input", /data directory/],
    [
      "another type of source",
      ask,
      { source: { type: "url", url: "https://example.invalid/x" } },
      "invalid_input",
      /url/,
    ],
    ["no type of source", ask, { source: { path } }, "invalid_input", /source/],
  ];
}

function badNames({ repositoryId, taskId }: Known): BadRequest[] {
  const environment = { sharedDirectories: ["../x"] };
  return [
    ["a task that is not there", `GET /v1/tasks/tsk_${zeros}`, null, "not_found", /tsk_0/],
    ["a task id that is a path", "GET /v1/tasks/%2e%2e%2fetc", null, "not_found", /no task/],
    ["a task id with bad percent signs", "GET /v1/tasks/%E0%A4%A", null, "not_found", /no task/],
    ["the stream of no task", `GET /v1/tasks/tsk_${zeros}/stream`, null, "not_found", /tsk_0/],
    ["a message to no task", `POST /v1/tasks/tsk_${zeros}/messages`, { text: "x" }, "not_found", /tsk_0/],
    ["a blank message", `POST /v1/tasks/${taskId}/messages`, { text: "  " }, "invalid_input", /text/],
    ["no question", `POST /v1/tasks/${taskId}/approvals/apr_${zeros}`, {}, "not_found", /no question/],
    ["an approval id that is none", `POST /v1/tasks/${taskId}/approvals/x`, {}, "not_found", /no approval "x"/],
    ["a cancel of what has ended", `POST /v1/tasks/${taskId}/cancel`, null, "conflict", /"proposed"/],
    ["a token that is not there", `DELETE /v1/tokens/tok_${zeros}`, null, "not_found", /tok_0/],
    ["a token without scopes", "POST /v1/tokens", { name: "x", scopes: [] }, "invalid_input", /scopes/],
    ["a token with an unknown scope", "POST /v1/tokens", { name: "x", scopes: ["root"] }, "invalid_input", /scopes/],
    ["a bad environment", `PATCH /v1/repositories/${repositoryId}`, { environment }, "invalid_input", /shared/],
    ["a path that is no route", "GET /v1/nothing", null, "not_found", /no GET \/v1\/nothing/],
    ["a method that is no route", "PUT /v1/tasks", null, "not_found", /no PUT/],
  ];
}

function badQueries({ repositoryId, taskId }: Known): BadRequest[] {
  const search = (more: object) => ({ repositoryId, query: "x", ...more });
  return [
    [
      "a kind of definition that there is not",
      `GET /v1/symbols?repositoryId=${repositoryId}&name=x&kind=funcion`,
      undefined,
      "invalid_input",
      /kind.*"function"/,
    ],
    ["a bad cursor", "GET /v1/tasks?cursor=abc", null, "invalid_input", /cursor "abc"/],
    ["a long cursor", `GET /v1/tasks?cursor=${"a".repeat(300)}`, null, "invalid_input", /cursor/],
    ["an unknown query key", "GET /v1/tasks?page=2", null, "invalid_input", /"page"/],
    ["a page of nothing", "GET /v1/tasks?limit=0", null, "invalid_input", /limit/],
    ["a page over its limit", "GET /v1/events?limit=201", null, "invalid_input", /limit/],
    ["a negative position", "GET /v1/events?after=-1", null, "invalid_input", /after/],
    ["an endless position", "GET /v1/events?after=1e400", null, "invalid_input", /after/],
    ["a huge position", "GET /v1/events?after=99999999999999999999", null, "invalid_input", /after/],
    ["an unknown state", "GET /v1/tasks?state=lost", null, "invalid_input", /state/],
    ["a bad start of a stream", `GET /v1/tasks/${taskId}/stream?after=x`, null, "invalid_input", /after/],
    ["no repository to search", "POST /v1/search", search({ repositoryId: `rep_${zeros}` }), "not_found", /rep_0/],
    ["an empty search", "POST /v1/search", search({ query: "" }), "invalid_input", /query/],
    ["a search for too much", "POST /v1/search", search({ limit: 5000 }), "invalid_input", /limit/],
    ["a long search", "POST /v1/search", search({ query: "x".repeat(8001) }), "invalid_input", /8000/],
  ];
}

function badDecisions({ taskId }: Known): BadRequest[] {
  const at = `/v1/tasks/${taskId}/changes`;
  const accept = { decision: "accept" };
  return [
    ["revision 0", `GET ${at}/0`, null, "not_found", /revision "0"/],
    ["a revision that is none", `GET ${at}/newest`, null, "not_found", /"latest"/],
    ["a revision that is not there", `GET ${at}/7`, null, "not_found", /no change revision 7; the newest is 1/],
    ["a decision on no revision", `POST ${at}/7/decision`, accept, "not_found", /revision 7/],
    ["a decision that is none", `POST ${at}/1/decision`, { decision: "maybe" }, "invalid_input", /decision/],
    ["another target", `POST ${at}/1/decision`, { ...accept, target: "cloud" }, "invalid_input", /target/],
    ["a revert of what was not applied", `POST ${at}/1/revert`, null, "conflict", /"proposed"/],
  ];
}
