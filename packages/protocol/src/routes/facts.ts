// What is known of a repository: learned by tasks, written by people, told to later tasks as data.
import * as facts from "../fact.ts";
import { defineRoutes } from "../route.ts";

export const factRoutes = defineRoutes({
  listFacts: {
    method: "GET",
    path: "/v1/repositories/:repositoryId/facts",
    scope: "read",
    media: "json",
    status: 200,
    reply: facts.FactList,
    errors: ["not_found"],
    summary: "What is known of a repository",
    description:
      "Facts with where they are from, oldest first, and the files of the last imported commit that go along with them. Later tasks are told them as data; they change no rule.",
  },
  addFact: {
    method: "POST",
    path: "/v1/repositories/:repositoryId/facts",
    scope: "approve",
    media: "json",
    status: 201,
    body: facts.AddFactRequest,
    reply: facts.Fact,
    errors: ["not_found", "invalid_input", "conflict", "limit_exceeded"],
    summary: "Write a fact down",
    description: "One line. Refused when it holds a secret that the server knows.",
  },
  changeFact: {
    method: "PUT",
    path: "/v1/repositories/:repositoryId/facts/:factId",
    scope: "approve",
    media: "json",
    status: 200,
    body: facts.ChangeFactRequest,
    reply: facts.Fact,
    errors: ["not_found", "invalid_input", "conflict"],
    summary: "Change a fact",
    description: "A kind that is left out stays as it is. Where it is from is kept, with who changed it.",
  },
  removeFact: {
    method: "DELETE",
    path: "/v1/repositories/:repositoryId/facts/:factId",
    scope: "approve",
    media: "json",
    status: 200,
    reply: facts.Fact,
    errors: ["not_found"],
    summary: "Forget a fact",
    description: "Runs that began before go on with it.",
  },
});
