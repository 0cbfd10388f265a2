// Settings of the queue.
import { z } from "zod";

export const queueSettings = {
  tasksPerRepository: z
    .int()
    .min(1)
    .max(64)
    .default(64)
    .describe("Tasks of one repository that are worked on at the same time"),
  retryLimit: z
    .int()
    .min(0)
    .max(20)
    .default(3)
    .describe("Runs that follow one that failed for the moment (the model is away), by themselves"),
  retryDelayMs: z
    .int()
    .min(10)
    .max(3_600_000)
    .default(30_000)
    .describe("Wait before the first of them, in milliseconds; doubled for each one after it, up to an hour"),
};
