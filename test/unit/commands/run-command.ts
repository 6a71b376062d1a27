import { commandIndex } from '../../../src/commands/index.ts';
import { findCommand } from '../../../src/lib/cli/find-command.ts';
import { flagsOf } from '../../../src/lib/cli/launch.ts';
import type { Output } from '../../../src/lib/cli/output.ts';
import { parseArgv } from '../../../src/lib/cli/parse-argv.ts';
import type { Context } from '../../../src/lib/context.ts';
import type { Progress } from '../../../src/lib/core/progress.ts';

/** What the world of a command is like; `kube` has just the methods that the command may call. */
export interface World {
  readonly kube: unknown;
  readonly progress: Progress;
  /** What is answered to questions. */
  readonly answer?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs a command as the launcher would, over a world in memory, and gives its result unprinted. */
export async function runCommand(argv: readonly string[], world: World): Promise<Output | undefined> {
  const found = findCommand(argv, commandIndex());
  if (found.kind !== 'command') throw new Error(`no such command: ${argv.join(' ')}`);
  const command = (await found.entry.load()).default;
  const { args, flags, given } = parseArgv(found.rest, flagsOf(command));
  const signal = world.signal ?? new AbortController().signal;
  const context = {
    progress: world.progress,
    signal,
    fluxNamespace: 'flux-system',
    host: { now: () => new Date('2026-03-01T12:00:00Z'), signal },
    clock: { now: () => Date.parse('2026-03-01T12:00:00Z'), sleep: () => Promise.resolve() },
    namespace: () => Promise.resolve(String(flags['namespace'])),
    kube: () => Promise.resolve(world.kube),
    confirm: () => Promise.resolve(world.answer === true),
    readTextFile: (path: string) => Promise.reject(new Error(`${path} was read`)),
  } as unknown as Context;
  return await command.run({ args, flags: flags as never, given, global: flags as never, context });
}
