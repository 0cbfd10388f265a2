// Whether what runs ONNX models is installed; it is optional.
import { createRequire } from "node:module";

export function hasTransformers(): boolean {
  try {
    createRequire(import.meta.url).resolve("@huggingface/transformers");
    return true;
  } catch {
    return false;
  }
}
