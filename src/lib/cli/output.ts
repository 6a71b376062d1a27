import type { FluxError } from '../core/errors.ts';
import type { TextPiece } from '../core/styled-text.ts';
import type { View } from '../core/view.ts';
import type { JobSummary } from './ci-log.ts';

/** The forms that a result can be printed in. */
export const OUTPUT_FORMATS = ['table', 'wide', 'json', 'yaml', 'name', 'markdown', 'sarif'] as const;

/** One form that a result can be printed in. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/**
 * What a command returns. `data` is the result itself: `-o json` and `-o yaml` print it, never the table.
 */
export interface Output {
  /** Plain data, camelCase; Kubernetes objects as they are. */
  readonly data?: unknown;
  /** The text for people (`-o table`, the default), ending in a line break. It wins over `view`. */
  readonly text?: string;
  /** A text with colours, where there are any; it wins over `text`. */
  readonly pieces?: readonly TextPiece[];
  /** The table for people. */
  readonly view?: Table;
  /** What people see below the table, such as manifests that go with it. */
  readonly after?: string;
  /** Forms with a writer of their own, for `-o` values that not every command has. */
  readonly forms?: Readonly<Partial<Record<OutputFormat, () => string>>>;
  /** Results that come one by one (`--watch`), each shown as a row of `view`, or as one JSON or YAML document. */
  readonly stream?: AsyncIterable<unknown>;
  /** True where the text is the YAML of the data already: `-o yaml` prints the text. */
  readonly manifests?: boolean;
  /** Names for `-o name`, one a line. */
  readonly names?: readonly string[];
  /** A failure that the result tells of: it is printed after the result, and the exit code is 1. */
  readonly error?: FluxError;
  /** True where the story has told of the failure already: only `-o json` and `-o yaml` print it again. */
  readonly told?: boolean;
  /** What the page of a CI job shows of it. */
  readonly summary?: JobSummary;
  /** Exit code where it is neither 0 nor 1 (diff). */
  readonly exitCode?: number;
}

/** Rows with the columns to show them in. */
export interface Table {
  readonly columns: View<unknown>;
  readonly rows: readonly unknown[];
  /** Leaves out the head. */
  readonly noHeader?: boolean;
  /** Tells which results of a stream are worth a row; absent: all. */
  readonly shows?: (row: unknown) => boolean;
}

/** Makes a table of rows and the columns that fit them. */
export function table<T>(columns: View<T>, rows: readonly T[], noHeader = false): Table {
  return { columns: columns as View<unknown>, rows, noHeader };
}
