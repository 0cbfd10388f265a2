/** Outpost's own version; the release script keeps it equal to the root manifest's. */
export const version = "0.1.0";
