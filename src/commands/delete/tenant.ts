import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { kindNamed } from '../../lib/core/kinds.ts';
import { checkObjectName } from '../../lib/features/create/index.ts';
import { deleteTenant } from '../../lib/features/tenant/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Delete a tenant, with what it has applied',
  description:
    "Deletes the tenant's Kustomizations and HelmReleases first, which take along what they applied while the account still has its rights, then what create tenant made, then the namespaces. What others put into the namespaces is listed, and deleted only with --yes. A tenant that a Kustomization applies from Git is to be deleted in Git.",
  examples: [
    { description: 'Without being asked', command: 'flux-ts delete tenant dev-team --yes' },
    { description: 'Leave the namespaces', command: 'flux-ts delete tenant dev-team --keep-namespaces' },
    { description: 'Where no controller is at work', command: 'flux-ts delete tenant dev-team --drive' },
  ],
  args: [{ name: 'name', required: true }],
  flags: {
    drive: boolean({
      description: 'does right here what the controllers of Kustomizations and GitRepositories have to do before these can go',
    }),
    'keep-namespaces': boolean({
      description: 'leaves the namespaces and what else is in them, without the label of the tenant',
    }),
    silent: boolean({ short: 's', description: 'does not ask' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  async run({ args, flags, global, context }) {
    const deleted = await deleteTenant(await context.kube(), {
      name: checkObjectName(args[0]),
      keepNamespaces: flags['keep-namespaces'],
      yes: global.yes,
      timeoutMs: global.timeout,
      progress: context.progress,
      signal: context.signal,
      confirm: (question) => (flags.silent || global.yes ? Promise.resolve(true) : context.confirm(question)),
      ...(flags.drive
        ? {
            finalize: async ({ kind, namespace = '', name }) => {
              const { driveOne } = await import('../support/drive-one.ts');
              const { error } = await driveOne(kindNamed(kind), { namespace, name }, context, { withSource: false });
              if (error !== undefined) throw error;
            },
          }
        : {}),
    });
    return {
      data: deleted,
      names: deleted.objects.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
    };
  },
});
export default command;
