import { expect, it } from "vitest";
import { choiceOption } from "./choice-option.ts";

it("gives what is one of the words, and names them for what is none", () => {
  expect(choiceOption("--kind", "method", ["function", "method"])).toBe("method");
  expect(() => choiceOption("--kind", "Method", ["function", "method"])).toThrow(
    expect.objectContaining({ code: "invalid_input", message: '--kind is one of function, method, not "Method"' }),
  );
});
