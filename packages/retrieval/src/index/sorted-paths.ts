// The entries of a table in the order of their paths, so that those under a prefix are found without asking all of them. Sorted when it is
// first asked for; what came since is put into its place then.

/** What comes at once is sorted in by itself up to this share of what is there. */
const maxShare = 8;

export class SortedPaths {
  /** Positions. */
  private order: number[] = [];
  private count = 0;

  /** Positions of the entries whose path begins with the prefix. `entries`: by position, the same as before and more. */
  under(prefix: string, entries: readonly { path: string }[]): number[] {
    this.sortIn(entries);
    const pathAt = (place: number) => (entries[this.order[place] as number] as { path: string }).path;
    const first = this.firstPlace((place) => pathAt(place) >= prefix);
    const end = this.firstPlace((place) => pathAt(place) >= prefix && !pathAt(place).startsWith(prefix));
    return this.order.slice(first, end);
  }

  clear(): void {
    this.order = [];
    this.count = 0;
  }

  private sortIn(entries: readonly { path: string }[]): void {
    const pathOf = (position: number) => (entries[position] as { path: string }).path;
    const isMuch = (entries.length - this.count) * maxShare > this.count;
    for (; this.count < entries.length; this.count += 1) {
      const { count } = this;
      const place = isMuch ? count : this.firstPlace((at) => pathOf(this.order[at] as number) > pathOf(count));
      this.order.splice(place, 0, count);
    }
    if (isMuch) this.order.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : pathOf(a) > pathOf(b) ? 1 : a - b));
  }

  /** The first place from which on it is so; all when it is nowhere. */
  private firstPlace(isSo: (place: number) => boolean): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isSo(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
