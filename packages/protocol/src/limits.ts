// Bounds that both sides of the wire must agree on. Units are in the names.
export const limits = {
  requestBodyBytes: 1_000_000,
  headerBytes: 16_384,
  instructionCharacters: 32_000,
  attachmentCharacters: 100_000,
  searchQueryCharacters: 8_000,
  searchHits: 100,
  pageItems: 200,
  queuedTasks: 10_000,
  schedules: 200,
  changeFiles: 2_000,
  changeBytes: 20_000_000,
  reviewNotes: 100,
  patchBodyBytes: 8_000_000,
  eventInlineBytes: 16_384,
  sseStreams: 64,
  sseHeartbeatMs: 15_000,
} as const;
