// Counts of things by name, bounded: what comes when there are enough names is counted under "other".

export interface Grouped<Value> {
  of(key: string): Value;
  all(): [string, Value][];
}

export const otherName = "other";

export function createGroups<Value>(maxGroups: number, create: (key: string) => Value): Grouped<Value> {
  const groups = new Map<string, Value>();
  return {
    of(wanted) {
      const key = groups.has(wanted) || groups.size < maxGroups ? wanted : otherName;
      const found = groups.get(key) ?? create(key);
      groups.set(key, found);
      return found;
    },
    all: () => [...groups],
  };
}

/** A record that counts. */
export function addTo(record: Record<string, number>, key: string, amount = 1): void {
  record[key] = (record[key] ?? 0) + amount;
}
