// Reads for detection: a file that is not there, too large or not text is simply no evidence.
import type { WorktreeFiles } from "@outpost/core";
import { isOutpostError } from "@outpost/protocol";

const maxBytes = 500_000;

export interface Probe {
  /** The text of a file, or undefined. */
  read(directory: string, name: string): Promise<string | undefined>;
  /** Files below the directory whose name matches; relative to it. */
  find(directory: string, name: string, limit: number): Promise<string[]>;
}

export function createProbe(files: WorktreeFiles): Probe {
  return {
    async read(directory, name) {
      try {
        const { bytes } = await files.read(joinPath(directory, name), { maxBytes });
        return new TextDecoder().decode(bytes);
      } catch (error) {
        if (isOutpostError(error) && error.code !== "internal") return undefined;
        throw error;
      }
    },
    async find(directory, name, limit) {
      const { paths } = await files.find(directory === "." ? name : `${directory}/**/${name}`, limit);
      return paths.map((path) => (directory === "." ? path : path.slice(directory.length + 1)));
    },
  };
}

export function joinPath(directory: string, name: string): string {
  return directory === "." ? name : `${directory}/${name}`;
}

export function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
}
