/** One drawing with what it needs to be understood without being seen. */
export interface ReportChart {
  readonly id: string;
  readonly title: string;
  /** What is drawn against what, in which units. */
  readonly caption: string;
  readonly legend: readonly LegendEntry[];
  readonly svg: string;
  /** The same figures as a table. */
  readonly table: ChartTable;
}

export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  readonly mark: 'line' | 'dashes' | 'dot' | 'diamond' | 'bar' | 'range';
}

export interface ChartTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
