// One source a language for the grammars besides Python, JavaScript, TypeScript, C and C++: what their definitions make of chunks.
import type { Sample } from "./samples.ts";
import { dynamicSamples } from "./samples-dynamic.ts";
import { typedSamples } from "./samples-typed.ts";

export const grammarSamples: Sample[] = [...typedSamples, ...dynamicSamples];
