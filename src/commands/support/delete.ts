import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { DRIVEN_KINDS, type FluxKind } from '../../lib/core/kinds.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { deleteObject, deleteObjects, refIn } from '../../lib/features/objects/index.ts';
import { bulkFlags, isBulk, nameOf, selectionOf } from './bulk-flags.ts';
import { checkDriven } from './driven-kinds.ts';
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
    args: [{ name: 'name' }],
    flags: {
      ...bulkFlags('deletes'),
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
      const confirm = (question: string): Promise<boolean> =>
        flags.silent || global.yes ? Promise.resolve(true) : context.confirm(question);
      if (isBulk(flags)) {
        if (flags.drive) {
          throw new FluxError('objects/bad-selection', '--drive deletes one object at a time', { hint: 'name it' });
        }
        const { checkDeletion } = await import('../../lib/features/reconcile/index.ts');
        const ports = guard.pruneGuard === undefined ? undefined : await context.reconcilePorts();
        const items = await deleteObjects(kind, await selectionOf(args, flags, context), await context.kube(), {
          progress: context.progress,
          confirm,
          ...(ports === undefined ? {} : { check: (ref) => checkDeletion(ref, ports, guard) }),
        });
        return { data: { items }, names: items.map((item) => nameOf(kind, item.name)) };
      }
      if (guard.pruneGuard !== undefined && args[0] !== undefined) {
        const { checkDeletion } = await import('../../lib/features/reconcile/index.ts');
        await checkDeletion(refIn(kind, namespace, args[0]), await context.reconcilePorts(), guard);
      }
      const deleted = await deleteObject(kind, { namespace, name: args[0] }, await context.kube(), {
        progress: context.progress,
        confirm,
      });
      if (flags.drive && deleted.terminating) {
        const { driveOne } = await import('./drive-one.ts');
        return await driveOne(kind, deleted, context, { withSource: false, ...guard });
      }
      return { data: deleted, names: [`${kind.kind.toLowerCase()}.${kind.group}/${deleted.name}`] };
    },
  });
}
