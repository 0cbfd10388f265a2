/** Outpost's own version; a test keeps it equal to the root manifest's. */
export const version = "0.1.0";
