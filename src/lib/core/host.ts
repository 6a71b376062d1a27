/** A stream that text is written to. */
export interface TextSink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width in columns; undefined where it is not a terminal. */
  readonly columns: number | undefined;
}

/** How a program is started, without a shell. */
export interface ProgramCall {
  readonly file: string;
  readonly args: readonly string[];
  /** True hands the arguments to Windows as they are, quoted already. */
  readonly isVerbatim: boolean;
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
  /** As `process.arch`. */
  readonly arch: string;
  /** How the user calls this program: `flux-ts`, or `flux ts` where it is a plugin of flux. */
  readonly calledAs: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** True where a person can answer questions. */
  readonly interactive: boolean;
  /** Reads standard input to its end. */
  readStdin(): Promise<string>;
  /**
   * Runs another program in the place of this one: with its streams and environment, until it ends. Where a signal ends it, the
   * same one ends this process. Rejects where it cannot be started.
   *
   * @returns its exit code
   */
  runProgram(call: ProgramCall): Promise<number>;
  now(): Date;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Folder of this package: `manifests/`, `tools/`. */
  readonly packageDir: string;
}
