/** One column of a table: what it is called and what it shows of a row. Data, not terminal code. */
export interface Column<T> {
  readonly title: string;
  value(row: T): string;
  /** True shows the column with `-o wide` only. */
  readonly wide?: boolean;
}

/** The columns of a table. */
export type View<T> = readonly Column<T>[];
