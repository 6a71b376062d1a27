/**
 * What the caller decides while values are made of simple YAML. A scalar without quotes that is clearly text (`isClearlyText`) is that
 * text, as is a key in quotes; nobody is asked about those. The same question must always get the same answer.
 */
export interface ScalarRules {
  /** The value of a scalar without quotes and tag; `undefined` where more than its text must be known, such as for an error. */
  plain(text: string, inFlow: boolean): unknown;
  /** The value of a string in quotes or of a block; `folded` for a block written with `>`. */
  quoted(text: string, folded: boolean): unknown;
  /** The name of a map key without quotes; `undefined` as above. */
  key(text: string): string | undefined;
}

/** Where a reader of simple YAML is. */
export interface SimpleText {
  /** The text; it ends with a line break. */
  readonly text: string;
  /** True where that line break was there before. */
  readonly isEnded: boolean;
  readonly rules: ScalarRules;
  readonly maxDepth: number;
  /** Offset of the next character. */
  at: number;
  /** Offset of the line break that was looked for last. */
  lineEnd: number;
}
