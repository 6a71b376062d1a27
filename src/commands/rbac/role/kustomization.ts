import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { boolean, string } from '../../../lib/cli/flags.ts';
import { FluxError } from '../../../lib/core/errors.ts';
import { kindNamed } from '../../../lib/core/kinds.ts';
import { refIn } from '../../../lib/features/objects/index.ts';
import { writeKustomizationRole } from '../../../lib/features/rbac/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the smallest role that a Kustomization needs',
  description:
    'Builds what the Kustomization would apply from the revision its source has now, and prints the roles and bindings with which its account can apply exactly that, change it, wait for it and prune it. Nothing is applied: read it, then commit it or pipe it into kubectl.',
  examples: [
    { description: 'All that it needs', command: 'flux-ts rbac role kustomization web -n apps > role.yaml' },
    {
      description: 'Grant what it lacks',
      command: 'flux-ts rbac role kustomization web -n apps --missing | kubectl apply --server-side -f -',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: {
    missing: boolean({ description: 'prints only what the account has not got yet' }),
    headroom: boolean({
      description: 'leaves out the names of objects in namespaces, so that the next object of a kind needs no new rule',
    }),
    'default-service-account': string({ description: 'account that acts where the Kustomization names none' }),
  },
  outputs: ['yaml', 'json', 'name'],
  async run({ args, flags, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('objects/name-missing', 'Kustomization name is required');
    const account = flags['default-service-account'];
    const roles = await writeKustomizationRole(
      refIn(kindNamed('Kustomization'), await context.namespace(), name),
      await context.reconcilePorts(),
      {
        missingOnly: flags.missing,
        headroom: flags.headroom,
        ...(account === '' ? {} : { defaultServiceAccount: account }),
      },
    );
    if (roles.length === 0) context.progress.success(flags.missing ? 'nothing is missing' : 'nothing is needed');
    return documents(roles);
  },
});
export default command;
