// Characters that a person who approves a command would not see, or would take for a space.

/** Controls other than tab and line end, formatting and ignorable ones, every space but the plain one, unassigned and private ones. */
export function hasInvisible(text: string): boolean {
  return /(?![\t\n ])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(text);
}
