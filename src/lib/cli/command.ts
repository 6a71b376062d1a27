import type { Context } from '../context.ts';
import type { Flags, FlagValues } from './flags.ts';
import type { GlobalValues } from './global-flags.ts';
import type { Output, OutputFormat } from './output.ts';

/** A positional argument. */
export interface Arg {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  /** True takes all words from here on. */
  readonly variadic?: boolean;
}

/** A line of help that runs as it stands. */
export interface Example {
  readonly description: string;
  readonly command: string;
}

/** What a command is given. */
export interface CommandInput<F extends Flags> {
  readonly args: readonly string[];
  readonly flags: FlagValues<F>;
  /** Names of the flags that were given, rather than left at their defaults. */
  readonly given: ReadonlySet<string>;
  readonly global: GlobalValues;
  readonly context: Context;
}

/** One command. The path of its file is what the user types. */
export interface Command<F extends Flags = Flags> {
  /** One line, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  readonly examples?: readonly Example[];
  /** Other words for the last word of the command. */
  readonly aliases?: readonly string[];
  readonly args?: readonly Arg[];
  readonly flags: F;
  /** The forms its result can have; the first is the default. Absent: the command has no `-o`. */
  readonly outputs?: readonly OutputFormat[];
  readonly hidden?: boolean;
  /**
   * What `--timeout` means: absent, it ends the command; `own`, the command spends it on its waits, so that what was found by
   * then can still be told; `when-given`, it ends the command only where it was given, for work that rightly takes many minutes.
   */
  readonly timeLimit?: 'own' | 'when-given';
  /** Exit code of a failure where 1 says something else: differences. Default: 1. */
  readonly failureCode?: number;
  /** Does the work and returns the result. It never prints to stdout. */
  run(input: CommandInput<F>): Promise<Output | undefined>;
}

/** A command whose flags are not known to the compiler: what the launcher deals with. */
export type AnyCommand = Command<Flags>;

/** Declares a command; it only ties the types of its flags to what `run` is given. */
export function defineCommand<const F extends Flags>(command: Command<F>): AnyCommand {
  return command as unknown as AnyCommand;
}

/** What is known of a command before its file is loaded. */
export interface CommandEntry {
  readonly summary: string;
  readonly aliases?: readonly string[];
  readonly hidden?: boolean;
  load(): Promise<{ readonly default: AnyCommand }>;
}

/** All commands by what the user types: `create tenant`. */
export type CommandIndex = Readonly<Record<string, CommandEntry>>;
