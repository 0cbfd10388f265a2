// The task that the floor and Outpost are measured on: a small repository with a bug, and what the model says. The same for both.
import type { OllamaScript, OllamaTestAnswer } from "@outpost/testkit";

export const model = "bench:7b";
export const instruction =
  "The total of an order ignores the quantity. Fix it in src/total.js and run node total.test.js.";
/** What a step did before the request that ends it. */
export const stepKinds = ["read", "edit", "run"] as const;

export const files: Record<string, string> = {
  "README.md":
    "# Orders\n\nA few functions that compute what an order costs.\n\nRun the tests with `node total.test.js`.\n",
  "package.json": `${JSON.stringify({ name: "orders", version: "1.0.0", scripts: { test: "node total.test.js" } }, null, 2)}\n`,
  "src/total.js": [
    "const { withTax } = require('./tax');",
    "",
    "/** What all lines of an order cost, tax included. */",
    "function orderTotal(order) {",
    "  let sum = 0;",
    "  for (const line of order.lines) {",
    "    sum += line.price;",
    "  }",
    "  return withTax(sum, order.country);",
    "}",
    "",
    "module.exports = { orderTotal };",
    "",
  ].join("\n"),
  "src/tax.js": [
    "const rates = { de: 0.19, fr: 0.2, ch: 0.081 };",
    "",
    "/** Adds the tax of a country; none where the country is not known. */",
    "function withTax(amount, country) {",
    "  return Math.round(amount * (1 + (rates[country] ?? 0)) * 100) / 100;",
    "}",
    "",
    "module.exports = { withTax, rates };",
    "",
  ].join("\n"),
  "src/format.js": [
    "/** An amount as people read it. */",
    "function formatAmount(amount, currency) {",
    "  return amount.toFixed(2) + ' ' + currency;",
    "}",
    "",
    "module.exports = { formatAmount };",
    "",
  ].join("\n"),
  "total.test.js": [
    "const assert = require('node:assert');",
    "const { orderTotal } = require('./src/total');",
    "",
    "assert.strictEqual(orderTotal({ country: 'fr', lines: [{ price: 10, quantity: 3 }] }), 36);",
    "console.log('ok');",
    "",
  ].join("\n"),
};

const call = (name: string, given: Record<string, unknown>): OllamaTestAnswer => ({
  toolCalls: [{ name, arguments: given }],
});

const replies: OllamaTestAnswer[] = [
  call("read_file", { path: "src/total.js" }),
  call("edit_file", { path: "src/total.js", old: "sum += line.price;", new: "sum += line.price * line.quantity;" }),
  call("run_command", { argv: ["node", "total.test.js"] }),
  { content: "The total now multiplies the price with the quantity; node total.test.js passes." },
];
export const chatsPerTask = replies.length;

/** The script of one model server that is asked to do the task so many times. */
export function scriptFor(tasks: number): OllamaScript {
  return { models: [{ name: model }], replies: Array.from({ length: tasks }, () => replies).flat() };
}
