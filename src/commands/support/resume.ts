import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { controllerOf, resumeObjects, seesController } from '../../lib/features/objects/index.ts';
import { bulkFlags, isBulk, selectionOf } from './bulk-flags.ts';

/** `resume` of one kind. */
export function resumeCommand(kind: FluxKind): AnyCommand {
  return defineCommand({
    summary: `Resume suspended ${kind.kind} objects`,
    description: 'One that is named alone is waited for, unless --wait=false says otherwise or no controller is at work.',
    examples: [{ description: 'Resume one and wait until it is ready', command: `flux-ts resume ${kind.words} web -n apps` }],
    aliases: kind.aliases,
    args: [{ name: 'name', variadic: true }],
    flags: {
      ...bulkFlags('resumes'),
      wait: boolean({ description: 'waits until all that were resumed are ready' }),
    },
    outputs: ['table', 'json', 'yaml', 'name'],
    async run({ args, flags, given, context }) {
      const kube = await context.kube();
      const { progress, signal, host } = context;
      const wanted = given.has('wait') ? flags.wait : args.length === 1 && !isBulk(flags);
      const alive = !wanted || !kind.reconciled || (await seesController(kind, context.fluxNamespace, kube, host.now()));
      if (!alive) progress.warning(`no ${controllerOf(kind)} seems to run in ${context.fluxNamespace}: not waiting`);
      const { changes, error } = await resumeObjects(kind, await selectionOf(args, flags, context), kube, {
        progress,
        signal,
        wait: wanted && alive,
      });
      return {
        data: { items: changes },
        names: changes.map((change) => `${kind.kind.toLowerCase()}.${kind.group}/${change.name}`),
        ...(error === undefined ? {} : { error }),
      };
    },
  });
}
