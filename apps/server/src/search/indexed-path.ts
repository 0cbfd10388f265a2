// What people and programs write for a path, as the index names paths: relative to the repository, without "./", with single "/".

/** Of a beginning of paths, which may end in the middle of a name or behind a "/": "./src//auth/" is "src/auth/", "." and "/" are "" (all). */
export function toPathPrefix(written: string): string {
  const plain = written.replace(/^(?:\.?\/+)+/, "").replaceAll(/\/(?:\.?\/+)+/g, "/");
  return plain === "." ? "" : plain.replace(/\/\.$/, "/");
}

/** Of a file or directory: "./src/" is "src", "" is the root. */
export function toIndexedPath(written: string): string {
  return toPathPrefix(written).replace(/\/+$/, "");
}
