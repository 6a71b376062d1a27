import type { SourcePosition } from './errors.ts';

/**
 * The story of a command: what is being done to which thing. Lines go to stderr with Flux's marks.
 * Nothing that a script needs is told only here; results are returned.
 *
 * Source: fluxcd/flux2 cmd/flux/log.go
 */
export interface Progress {
  /** `►` something is being done. */
  action(text: string): void;
  /** `✚` something is being generated. */
  generate(text: string): void;
  /** `◎` something is being waited for. */
  waiting(text: string): void;
  /** `✔` something succeeded. */
  success(text: string): void;
  /** `⚠️` mind this. */
  warning(text: string): void;
  /** `✗` something failed, and the command goes on; `place` is where in the files, for those who can show it there. */
  failure(text: string, place?: SourcePosition): void;
  /** Indented detail below the line before; no mark. */
  detail(text: string): void;
  /**
   * What is being done to one thing right now, one line each, redrawn in its place. Only a terminal shows it; everywhere else,
   * and where nobody listens, nothing is lost.
   *
   * @param text absent where the thing is done with
   */
  live?(key: string, text: string | undefined): void;
  /** Begins a long part of the story, which ends with the next one: the log of a CI system can fold it away. */
  section?(title: string): void;
}

/** A story that nobody hears. */
export const SILENT: Progress = Object.freeze({
  action() {},
  generate() {},
  waiting() {},
  success() {},
  warning() {},
  failure() {},
  detail() {},
});
