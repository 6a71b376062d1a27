/** A stream that text is written to. */
export interface TextSink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width in columns; undefined where it is not a terminal. */
  readonly columns: number | undefined;
}

/**
 * What comes from outside the program. It is handed in, so that two runs in one process (the tests do that) never see one
 * another, and so that nothing deeper down reads the environment or the clock by itself.
 */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeDir: string;
  /** As `process.platform`. */
  readonly platform: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** True where a person can answer questions. */
  readonly interactive: boolean;
  /** Reads standard input to its end. */
  readStdin(): Promise<string>;
  now(): Date;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Folder of this package: `manifests/`, `tools/`. */
  readonly packageDir: string;
}
