import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { deleteObject, refIn } from '../../lib/features/objects/index.ts';
import { checkDriven, DRIVEN_KINDS } from './driven-kinds.ts';
import { checkPruneFlagsDriven, pruneFlags, pruneGuardOf } from './prune-flags.ts';

/** `delete` of one kind. */
export function deleteCommand(kind: FluxKind): AnyCommand {
  return defineCommand({
    summary: `Delete a ${kind.kind}`,
    ...(kind.kind === 'Kustomization'
      ? {
          description:
            'Where the Kustomization prunes, its controller deletes all that it applied. With no controller at work the object stays until one has done so; --drive does it right here.',
        }
      : {}),
    examples: [{ description: 'Delete one without being asked', command: `flux-ts delete ${kind.words} web -n apps --silent` }],
    aliases: kind.aliases,
    args: [{ name: 'name', required: true }],
    flags: {
      silent: boolean({ short: 's', description: 'does not ask' }),
      drive: boolean({
        description: "does right here what the object's controller has to do before the object can go",
        hidden: !DRIVEN_KINDS.has(kind.kind),
      }),
      ...pruneFlags(kind),
    },
    outputs: ['table', 'json', 'yaml', 'name'],
    async run({ args, flags, given, global, context }) {
      if (flags.drive) checkDriven(kind);
      checkPruneFlagsDriven(given, flags.drive);
      const guard = await pruneGuardOf(flags);
      const namespace = await context.namespace();
      if (guard.pruneGuard !== undefined && args[0] !== undefined) {
        const { checkDeletion } = await import('../../lib/features/reconcile/index.ts');
        await checkDeletion(refIn(kind, namespace, args[0]), await context.reconcilePorts(), guard);
      }
      const deleted = await deleteObject(kind, { namespace, name: args[0] }, await context.kube(), {
        progress: context.progress,
        confirm: (question) => (flags.silent || global.yes ? Promise.resolve(true) : context.confirm(question)),
      });
      if (flags.drive && deleted.terminating) {
        const { driveOne } = await import('./drive-one.ts');
        return await driveOne(kind, deleted, context, { withSource: false, ...guard });
      }
      return { data: deleted, names: [`${kind.kind.toLowerCase()}.${kind.group}/${deleted.name}`] };
    },
  });
}
