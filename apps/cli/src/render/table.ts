// Lists as tables that fit a terminal: the columns that matter least are left out, and one gives way. Where there is no terminal (`room` is
// infinite then) all is there, whole.
import { clip, width } from "./layout.ts";

export interface Column {
  align?: "right";
  /** What is worth least is left out first where there is no room for all. Absent: it stays. */
  worth?: number;
  /** It gives way: it may be cut, and others are left out before it has fewer characters than this. What room there is goes to the first. */
  least?: number;
}

interface Filled extends Column {
  cells: readonly string[];
  widest: number;
}

const gap = "  ";

/** A row is a cell for each column; cells may have colours. Columns that are empty in all rows take no room. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], room: number): string[] {
  const filled = columns.map((column, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    return { ...column, cells, widest: Math.max(0, ...cells.map(width)) };
  });
  const shown = leaveOut(
    filled.filter(({ widest }) => widest > 0),
    room,
  );
  const widths = shareRoom(shown, room);
  const put = (column: Filled, at: number, row: number): string => {
    const columnWidth = widths[at] ?? column.widest;
    const cell = clip(column.cells[row] ?? "", columnWidth);
    // One long cell is no reason for wide gaps in all other lines of a pipe.
    const isRagged = column.least !== undefined && room === Number.POSITIVE_INFINITY;
    const padding = isRagged ? "" : " ".repeat(Math.max(0, columnWidth - width(cell)));
    return column.align === "right" ? padding + cell : cell + padding;
  };
  return rows.map((_, row) =>
    shown
      .map((column, at) => put(column, at, row))
      .join(gap)
      .trimEnd(),
  );
}

const leastOf = ({ widest, least = widest }: Filled): number => Math.min(widest, least);

function neededBy(columns: readonly Filled[]): number {
  return columns.reduce((sum, column) => sum + leastOf(column), gap.length * (columns.length - 1));
}

/** Characters of each column. */
function shareRoom(columns: readonly Filled[], room: number): number[] {
  let spare = room - neededBy(columns);
  return columns.map((column) => {
    if (column.least === undefined) return column.widest;
    const shared = Math.max(1, Math.min(column.widest, leastOf(column) + spare));
    spare -= shared - leastOf(column);
    return shared;
  });
}

function leaveOut(columns: readonly Filled[], room: number): readonly Filled[] {
  const worths = columns.flatMap(({ worth }) => (worth === undefined ? [] : [worth]));
  if (worths.length === 0 || neededBy(columns) <= room) return columns;
  const lowest = Math.min(...worths);
  return leaveOut(
    columns.filter(({ worth }) => worth !== lowest),
    room,
  );
}
