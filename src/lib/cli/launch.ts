import { type Context, createContext } from '../context.ts';
import { FluxError, messageOf } from '../core/errors.ts';
import { FLUX_NAMESPACE } from '../core/flux.ts';
import type { Host } from '../core/host.ts';
import type { Progress } from '../core/progress.ts';
import { type CiLog, type JobSummary, openCiLog } from './ci-log.ts';
import type { AnyCommand, CommandIndex } from './command.ts';
import { choice, type Flags } from './flags.ts';
import { findCommand, type Found } from './find-command.ts';
import { GLOBAL_FLAGS, type GlobalValues } from './global-flags.ts';
import type { OutputFormat } from './output.ts';
import { parseArgv } from './parse-argv.ts';
import { asFluxError, printError } from './print-error.ts';
import { printOutput } from './print-output.ts';
import { PROGRAM } from './program.ts';
import { loadPaint, PLAIN, tellTo, wantsColour, wantsLive } from './terminal.ts';

/** The exit code of every failure; a command for which 1 says something else names another. */
export const EXIT_FAILED = 1;

/**
 * Runs one command line.
 *
 * Effects: all that the command does; writes its result to stdout and its story and errors to stderr
 *
 * @param argv the words after the program's name
 * @returns the exit code: 0 done, 1 failed
 */
export async function launch(argv: readonly string[], commands: CommandIndex, given: Host): Promise<number> {
  const outside = given.calledAs === PROGRAM ? given : (await import('./name-program.ts')).withProgramNamed(given, commands);
  const ci = await openCiLog(outside);
  const host = ci === undefined ? outside : { ...outside, stderr: ci.sink };
  const paint = wantsColour(host.stderr, host.env) ? await loadPaint() : PLAIN;
  const progress = tellTo(host.stderr, paint, wantsLive(host.stderr, host.env), ci);
  // A command whose result is YAML anyway tells errors as text, unless a form was asked for.
  let errorFormat = formatAsked(argv);
  let failureCode = EXIT_FAILED;
  try {
    if (argv[0] === '__complete' || argv[0] === '__completeNoDesc') {
      const { answerCobra } = await import('./answer-cobra.ts');
      return await answerCobra(argv, commands, host);
    }
    const found = findCommand(argv, commands);
    if (found.kind !== 'command') return await answerWithoutCommand(found, argv, commands, host);
    const command = (await found.entry.load()).default;
    failureCode = command.failureCode ?? EXIT_FAILED;
    const flags = flagsOf(command);
    const parsed = parseArgv(found.rest, { ...flags, ...HELP_FLAG });
    if (parsed.flags['help'] === true) {
      const { showCommandHelp } = await import('./help.ts');
      await showCommandHelp(found.id, command, flags, commands, host);
      return 0;
    }
    const format = command.outputs === undefined ? 'table' : (parsed.flags['output'] as OutputFormat);
    if (command.outputs !== undefined && parsed.given.has('output')) errorFormat = format;
    checkArguments(found.id, command, parsed.args);
    const given = globalsOf(command, parsed.flags);
    const global = { ...given, namespace: namespaceOf(given, parsed.given, host, progress) };
    const endless = command.timeLimit === 'own' || (command.timeLimit === 'when-given' && !parsed.given.has('timeout'));
    const timeLimit = endless ? undefined : AbortSignal.timeout(Math.max(1, Math.min(global.timeout, MAX_TIMER_MS)));
    const signal = timeLimit === undefined ? host.signal : AbortSignal.any([host.signal, timeLimit]);
    const context = createContext({
      host,
      progress,
      signal,
      flags: global,
      namespaceGiven: parsed.given.has('namespace'),
    });
    try {
      const output = await command.run({
        args: parsed.args,
        flags: parsed.flags as never,
        given: parsed.given,
        global,
        context,
      });
      ci?.section(undefined);
      if (output === undefined) return 0;
      const isPainted = output.pieces !== undefined && wantsColour(host.stdout, host.env);
      await printOutput(output, format, host.stdout, ci?.guard, isPainted ? await loadPaint() : PLAIN);
      if (output.summary !== undefined) await writeSummary(output.summary, ci, context);
      if (output.error !== undefined) {
        const tells = output.told !== true || errorFormat !== 'table';
        if (tells) await printError(output.error, errorFormat, host.stderr, paint, ci);
        return output.exitCode ?? failureCode;
      }
      return output.exitCode ?? 0;
    } catch (error) {
      if (timeLimit?.aborted === true && !host.signal.aborted && !(error instanceof FluxError)) throw timeLimit.reason;
      throw error;
    } finally {
      await context.close();
    }
  } catch (error) {
    ci?.section(undefined);
    await printError(asFluxError(error, host.signal), errorFormat, host.stderr, paint, ci);
    return failureCode;
  }
}

/** Adds to the summary of the CI job; that it could not is worth a warning, never a failure of what was done. */
async function writeSummary(summary: JobSummary, ci: CiLog | undefined, context: Context): Promise<void> {
  const page = ci?.summarize?.(summary);
  if (page === undefined) return;
  try {
    await context.appendTextFile(page.file, page.text);
  } catch (error) {
    context.progress.warning(`the summary of the job was not written: ${messageOf(error)}`);
  }
}

/**
 * Refuses words that the command has no use for: a flag that lost its dashes should not pass in silence.
 *
 * Differs: the flux CLI ignores them.
 *
 * @throws {FluxError} usage/unexpected-argument
 */
function checkArguments(id: string, command: AnyCommand, words: readonly string[]): void {
  const wanted = command.args ?? [];
  const surplus = words[wanted.length];
  if (surplus === undefined || wanted.some(({ variadic }) => variadic === true)) return;
  throw new FluxError('usage/unexpected-argument', `unexpected argument ${JSON.stringify(surplus)}`, {
    hint: `see flux-ts ${id} --help`,
  });
}

const MAX_TIMER_MS = 2 ** 31 - 1;

const HELP_FLAG = {
  help: { type: '', description: 'shows this help', short: 'h', default: false, bare: 'true', parse: () => true },
} satisfies Flags;

/** The flags of a command with the global ones; the command's own win. */
export function flagsOf(command: AnyCommand): Flags {
  const output =
    command.outputs === undefined
      ? {}
      : {
          output: choice({
            short: 'o',
            options: command.outputs,
            description: 'form of the result',
            ...(command.outputs[0] === undefined ? {} : { default: command.outputs[0] }),
          }),
        };
  const taken = new Set(Object.values(command.flags).map((flag) => flag.short));
  const global = Object.fromEntries(
    Object.entries(GLOBAL_FLAGS).map(([name, flag]) => [name, taken.has(flag.short) ? { ...flag, short: undefined } : flag]),
  );
  return { ...global, ...output, ...command.flags } as Flags;
}

/**
 * The global flags as they were given. One whose name the command has taken for something of its own keeps its default: the
 * `--token` of a webhook must not become a login to the API server.
 */
export function globalsOf(command: AnyCommand, values: Readonly<Record<string, unknown>>): GlobalValues {
  const taken = Object.keys(GLOBAL_FLAGS).filter((name) => name !== 'yes' && Object.hasOwn(command.flags, name));
  const defaults = taken.map((name) => [name, GLOBAL_FLAGS[name as keyof GlobalValues].default]);
  return { ...values, ...Object.fromEntries(defaults) } as unknown as GlobalValues;
}

/** The form that errors have: as asked for, even where the rest of the command line is wrong. */
function formatAsked(argv: readonly string[]): OutputFormat {
  for (const [index, word] of argv.entries()) {
    const value =
      /^(?:--output=|-o=?)(.+)$/.exec(word)?.[1] ?? (word === '-o' || word === '--output' ? argv[index + 1] : undefined);
    if (value === 'json' || value === 'yaml') return value;
  }
  return 'table';
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * The namespace of the command: the flag, else `FLUX_SYSTEM_NAMESPACE`, else `flux-system`.
 *
 * Source: fluxcd/flux2 cmd/flux/main.go
 * Differs: `create` validates it too; an empty one is let through there, as upstream does, and leaves the field out.
 */
function namespaceOf(global: GlobalValues, given: ReadonlySet<string>, host: Host, progress: Progress): string {
  if (given.has('namespace')) {
    if (global.namespace !== '' && !DNS_LABEL.test(global.namespace)) {
      throw new FluxError('usage/bad-value', `namespace must be a valid DNS label: ${JSON.stringify(global.namespace)}`);
    }
    return global.namespace;
  }
  const fromEnvironment = host.env['FLUX_SYSTEM_NAMESPACE'] ?? '';
  if (fromEnvironment === '') return FLUX_NAMESPACE;
  if (DNS_LABEL.test(fromEnvironment)) return fromEnvironment;
  progress.warning(`ignoring invalid FLUX_SYSTEM_NAMESPACE: ${JSON.stringify(fromEnvironment)}`);
  return FLUX_NAMESPACE;
}

async function answerWithoutCommand(
  found: Exclude<Found, { kind: 'command' }>,
  argv: readonly string[],
  commands: CommandIndex,
  host: Host,
): Promise<number> {
  if (found.kind === 'version') {
    const { versionLine } = await import('./version-line.ts');
    host.stdout.write(`${versionLine()}\n`);
    return 0;
  }
  if (found.kind === 'help') {
    if (!found.isAsked) parseArgv(argv, { ...GLOBAL_FLAGS, ...HELP_FLAG });
    const { showTopicHelp } = await import('./help.ts');
    await showTopicHelp(found.topic, commands, host);
    return 0;
  }
  const { answerUnknown } = await import('./answer-unknown.ts');
  return await answerUnknown(found, argv[0] === 'help', commands, host);
}
