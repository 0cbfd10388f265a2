import { describe, expect, it } from "vitest";
import { createCircuit } from "./circuit.ts";

function failing(times: number, nowMs = 0) {
  const circuit = createCircuit();
  for (let time = 0; time < times; time++) circuit.noteFailure(`no ${time + 1}`, nowMs);
  return circuit;
}

describe("a circuit", () => {
  it("stays closed for a few failures, and a success forgets them", () => {
    const circuit = failing(3);
    expect(circuit.mayCall(0)).toBe(true);
    expect(circuit.health(0)).toMatchObject({ circuit: "closed", failuresInARow: 3, lastError: "no 3" });
    circuit.noteSuccess();
    for (let time = 0; time < 3; time++) circuit.noteFailure("again", 0);
    expect(circuit.mayCall(0)).toBe(true);
  });

  it("opens at the fourth, for five seconds, and then lets one call through", () => {
    const circuit = failing(4);
    expect(circuit.mayCall(4999)).toBe(false);
    expect(circuit.health(4999)).toMatchObject({ circuit: "open", retryAtMs: 5000 });
    expect(circuit.mayCall(5000)).toBe(true);
    expect(circuit.health(5000).circuit).toBe("trying");
    expect(circuit.mayCall(5001)).toBe(false);
    circuit.noteSuccess();
    expect(circuit.mayCall(5002)).toBe(true);
    expect(circuit.health(5002)).toEqual({ circuit: "closed", failuresInARow: 0, retryAtMs: null, lastError: null });
  });

  it("stays open for longer each time, up to a minute", () => {
    const circuit = failing(4);
    const pauses = Array.from({ length: 6 }, () => {
      const { retryAtMs } = circuit.health(0);
      expect(circuit.mayCall(retryAtMs ?? 0)).toBe(true);
      circuit.noteFailure("still", 0);
      return retryAtMs;
    });
    expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it("lets another trial through when one ended without a word", () => {
    const circuit = failing(4);
    expect(circuit.mayCall(6000)).toBe(true);
    circuit.noteNothing();
    expect(circuit.mayCall(6000)).toBe(true);
  });
});
