/**
 * Lines of a table with aligned columns: the first to the left, the others to the right.
 * A trailing star belongs to its figure and does not push it out of line.
 */
export function printTable(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const cells = rows.map((row) =>
    row.map((cell, column) => (column === 0 || cell.endsWith('*') ? cell : `${cell} `)),
  );
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart((widths[column] ?? 0) + 1),
      )
      .join(' ')
      .trimEnd(),
  );
}
