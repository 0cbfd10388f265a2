// Errors of the operating system as coded errors, in words a person can act on.
// Does not know what was attempted beyond the path; an error it does not recognise is a bug and passes through unchanged.
import { type ErrorCode, OutpostError } from "@outpost/protocol";

const meanings: Record<string, { code: ErrorCode; text: string; retryable?: boolean }> = {
  ENOENT: { code: "not_found", text: "is not there" },
  ENOTDIR: { code: "not_found", text: "lies below something that is no directory" },
  EISDIR: { code: "invalid_input", text: "is a directory" },
  ELOOP: { code: "forbidden", text: "is a symlink, or lies behind one" },
  EACCES: { code: "forbidden", text: "is closed to the server's user; mend its owner or permissions" },
  EPERM: { code: "forbidden", text: "is closed to the server's user; mend its owner, permissions or attributes" },
  EROFS: { code: "forbidden", text: "is on a read-only file system" },
  ENAMETOOLONG: { code: "invalid_input", text: "has too long a name" },
  ENXIO: { code: "invalid_input", text: "is no regular file" },
  ENODEV: { code: "invalid_input", text: "is no regular file" },
  ENOSPC: { code: "unavailable", text: "cannot be written: the disk is full", retryable: true },
  EDQUOT: { code: "unavailable", text: "cannot be written: the disk quota is used up", retryable: true },
  EFBIG: { code: "unavailable", text: "cannot be written: it is over the largest file size that is allowed" },
  EIO: { code: "unavailable", text: "cannot be reached: the disk reports an error", retryable: true },
  EMFILE: { code: "unavailable", text: "cannot be opened: too many open files", retryable: true },
  ENFILE: { code: "unavailable", text: "cannot be opened: too many open files", retryable: true },
};

export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The coded error for a failed system call on `path`; anything else as it came. */
export function toOutpostError(error: unknown, path: string): unknown {
  const meaning = meanings[systemErrorCode(error) ?? ""];
  if (!meaning || error instanceof OutpostError) return error;
  return new OutpostError(meaning.code, `path ${JSON.stringify(path)} ${meaning.text}`, {
    retryable: meaning.retryable ?? false,
    details: { path, systemCode: systemErrorCode(error) },
    cause: error,
  });
}

/** What a system error says about its path, for a list of conflicts; undefined for an unknown one. */
export function systemErrorText(error: unknown): string | undefined {
  return meanings[systemErrorCode(error) ?? ""]?.text;
}
