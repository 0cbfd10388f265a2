// The routes as data: the server mounts them, the client calls them, OpenAPI and the reference page are made from them.
import type { z } from "zod";
import { Change } from "./change.ts";
import { EventEnvelope } from "./events.ts";
import { IndexStatus, Repository } from "./repository.ts";
import * as requests from "./requests.ts";
import { SearchRequest, SearchResponse } from "./search.ts";
import { DoctorReport, ServerStatus } from "./status.ts";
import { Task } from "./task.ts";
import { AccessToken, type Scope } from "./tokens.ts";

export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With `:name` parameters. */
  path: string;
  /** Null: no token is needed. */
  scope: Scope | null;
  summary: string;
  description: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The JSON body of a success, or the schema of one event of a stream. */
  reply: z.ZodType;
  status: 200 | 201 | 202;
  /** `stream`: server-sent events. `diff`: `text/x-diff` when the request's Accept asks for it. */
  media: "json" | "stream" | "diff";
  /** Error codes that are particular to the route. */
  errors: readonly string[];
}

function define<const Routes extends Record<string, Route>>(routes: Routes): Routes {
  return routes;
}

export const routes = define({
  getHealth: {
    method: "GET",
    path: "/healthz",
    scope: null,
    media: "json",
    status: 200,
    reply: requests.Health,
    errors: [],
    summary: "Is the server alive",
    description: "Answers within a second while the server runs, whatever tasks do.",
  },
  getStatus: {
    method: "GET",
    path: "/v1/status",
    scope: "read",
    media: "json",
    status: 200,
    reply: ServerStatus,
    errors: [],
    summary: "The state of the server",
    description: "Tasks by state, workers, indexer, model, sandbox, memory.",
  },
  getDoctor: {
    method: "GET",
    path: "/v1/doctor",
    scope: "read",
    media: "json",
    status: 200,
    reply: DoctorReport,
    errors: [],
    summary: "Look for what is wrong",
    description: "Runs every check and says how to mend what fails.",
  },
  listRepositories: {
    method: "GET",
    path: "/v1/repositories",
    scope: "read",
    media: "json",
    status: 200,
    reply: requests.RepositoryList,
    errors: [],
    summary: "All repositories",
    description: "In the order of their registration.",
  },
  registerRepository: {
    method: "POST",
    path: "/v1/repositories",
    scope: "admin",
    media: "json",
    status: 201,
    body: requests.RegisterRepositoryRequest,
    reply: Repository,
    errors: ["invalid_input", "conflict", "not_found"],
    summary: "Register a repository",
    description:
      "Imports the source into the server's mirror. Registering the same path again returns the repository that is there.",
  },
  getRepository: {
    method: "GET",
    path: "/v1/repositories/:repositoryId",
    scope: "read",
    media: "json",
    status: 200,
    reply: Repository,
    errors: ["not_found"],
    summary: "One repository",
    description: "",
  },
  updateRepository: {
    method: "PATCH",
    path: "/v1/repositories/:repositoryId",
    scope: "admin",
    media: "json",
    status: 200,
    body: requests.UpdateRepositoryRequest,
    reply: Repository,
    errors: ["not_found", "invalid_input"],
    summary: "Set a repository's environment",
    description: "What its commands need to run; the cached set-up result is made again when it changes.",
  },
  removeRepository: {
    method: "DELETE",
    path: "/v1/repositories/:repositoryId",
    scope: "admin",
    media: "json",
    status: 200,
    reply: Repository,
    errors: ["not_found", "conflict"],
    summary: "Forget a repository",
    description:
      "Removes its mirror, worktrees and index from the data directory. The source is not touched. Refused while a task of it runs.",
  },
  startIndex: {
    method: "POST",
    path: "/v1/repositories/:repositoryId/index",
    scope: "submit",
    media: "json",
    status: 202,
    body: requests.IndexRequest,
    reply: IndexStatus,
    errors: ["not_found", "unavailable"],
    summary: "Bring the index up to date",
    description: "Answers at once; ask for the index status to see the progress. Only what changed is parsed.",
  },
  getIndexStatus: {
    method: "GET",
    path: "/v1/repositories/:repositoryId/index",
    scope: "read",
    media: "json",
    status: 200,
    reply: IndexStatus,
    errors: ["not_found"],
    summary: "What the index covers",
    description: "Files, chunks, what was skipped and why, progress.",
  },
  search: {
    method: "POST",
    path: "/v1/search",
    scope: "read",
    media: "json",
    status: 200,
    body: SearchRequest,
    reply: SearchResponse,
    errors: ["not_found", "invalid_input"],
    summary: "Search a repository",
    description: "Hits with their reasons, best first, and what the answer covers.",
  },
  submitTask: {
    method: "POST",
    path: "/v1/tasks",
    scope: "submit",
    media: "json",
    status: 201,
    body: requests.SubmitTaskRequest,
    reply: Task,
    errors: ["not_found", "invalid_input", "conflict"],
    summary: "Submit a task",
    description:
      "Stored before it is answered. A repeated `Idempotency-Key` returns the task of the first time; with another body it is a `conflict`.",
  },
  listTasks: {
    method: "GET",
    path: "/v1/tasks",
    scope: "read",
    media: "json",
    status: 200,
    query: requests.ListTasksQuery,
    reply: requests.TaskPage,
    errors: ["invalid_input"],
    summary: "Tasks, newest first",
    description: "",
  },
  getTask: {
    method: "GET",
    path: "/v1/tasks/:taskId",
    scope: "read",
    media: "json",
    status: 200,
    reply: Task,
    errors: ["not_found"],
    summary: "One task",
    description: "",
  },
  listTaskEvents: {
    method: "GET",
    path: "/v1/tasks/:taskId/events",
    scope: "read",
    media: "json",
    status: 200,
    query: requests.ListEventsQuery,
    reply: requests.EventPage,
    errors: ["not_found"],
    summary: "The events of a task",
    description: "In order, behind `after`.",
  },
  streamTaskEvents: {
    method: "GET",
    path: "/v1/tasks/:taskId/stream",
    scope: "read",
    media: "stream",
    status: 200,
    query: requests.ListEventsQuery,
    reply: EventEnvelope,
    errors: ["not_found", "limit_exceeded"],
    summary: "The events of a task as they happen",
    description:
      "Server-sent events `event`, with the sequence number as id; goes on from `Last-Event-ID` or `after`. Frames `delta` carry pieces of the model's answer, have no id and are not repeated. Ends when the task has ended.",
  },
  addMessage: {
    method: "POST",
    path: "/v1/tasks/:taskId/messages",
    scope: "submit",
    media: "json",
    status: 202,
    body: requests.AddMessageRequest,
    reply: Task,
    errors: ["not_found", "conflict"],
    summary: "Say something to a task",
    description: "Seen by the model at its next step. An ended task is queued again.",
  },
  answerApproval: {
    method: "POST",
    path: "/v1/tasks/:taskId/approvals/:approvalId",
    scope: "approve",
    media: "json",
    status: 200,
    body: requests.AnswerApprovalRequest,
    reply: Task,
    errors: ["not_found", "conflict"],
    summary: "Answer a question of a task",
    description: "",
  },
  cancelTask: {
    method: "POST",
    path: "/v1/tasks/:taskId/cancel",
    scope: "submit",
    media: "json",
    status: 202,
    reply: Task,
    errors: ["not_found", "conflict"],
    summary: "Cancel a task",
    description:
      "A running command or model call is ended. What was done so far stays in the last checkpoint, from which a message goes on.",
  },
  getChange: {
    method: "GET",
    path: "/v1/tasks/:taskId/changes/:revision",
    scope: "read",
    media: "diff",
    status: 200,
    reply: Change,
    errors: ["not_found"],
    summary: "A change",
    description:
      "As JSON, or with `Accept: text/x-diff` as a patch that `git apply` takes. `latest` names the newest revision.",
  },
  decideChange: {
    method: "POST",
    path: "/v1/tasks/:taskId/changes/:revision/decision",
    scope: "approve",
    media: "json",
    status: 200,
    body: requests.DecideChangeRequest,
    reply: requests.DecideChangeResponse,
    errors: ["not_found", "conflict"],
    summary: "Accept or reject a change",
    description:
      "Accepting applies it to its target, all files or none. An older revision, or a checkout whose touched files changed, is a `conflict` that names the files.",
  },
  revertChange: {
    method: "POST",
    path: "/v1/tasks/:taskId/changes/:revision/revert",
    scope: "approve",
    media: "json",
    status: 200,
    reply: requests.RevertResponse,
    errors: ["not_found", "conflict"],
    summary: "Undo an applied change",
    description:
      "Restores exactly the bytes from before, for exactly the paths that were applied; refused where they changed since.",
  },
  listEvents: {
    method: "GET",
    path: "/v1/events",
    scope: "read",
    media: "json",
    status: 200,
    query: requests.ListEventsQuery,
    reply: requests.EventPage,
    errors: [],
    summary: "The events of all tasks",
    description: "In commit order, behind `after` (a position).",
  },
  createToken: {
    method: "POST",
    path: "/v1/tokens",
    scope: "admin",
    media: "json",
    status: 201,
    body: requests.CreateTokenRequest,
    reply: requests.CreateTokenResponse,
    errors: ["invalid_input"],
    summary: "Make an access token",
    description: "The token is shown this once; the server keeps a digest.",
  },
  listTokens: {
    method: "GET",
    path: "/v1/tokens",
    scope: "admin",
    media: "json",
    status: 200,
    reply: requests.TokenList,
    errors: [],
    summary: "All access tokens",
    description: "Without the tokens themselves.",
  },
  revokeToken: {
    method: "DELETE",
    path: "/v1/tokens/:tokenId",
    scope: "admin",
    media: "json",
    status: 200,
    reply: AccessToken,
    errors: ["not_found"],
    summary: "Revoke an access token",
    description: "",
  },
});

export type Routes = typeof routes;
export type RouteName = keyof Routes;
