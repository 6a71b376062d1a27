import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { boolean, string, switchWithWords } from '../../../lib/cli/flags.ts';
import { FluxError } from '../../../lib/core/errors.ts';
import { kindNamed } from '../../../lib/core/kinds.ts';
import { refIn } from '../../../lib/features/objects/index.ts';
import { writeKustomizationRole, writeOfflineRole } from '../../../lib/features/rbac/index.ts';
import { isOffline, OFFLINE_FLAGS, readOffline } from '../../support/offline-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the smallest role that a Kustomization needs',
  description:
    'Builds what the Kustomization would apply from the revision its source has now, and prints the roles and bindings with which its account can apply exactly that, change it, wait for it and prune it. Nothing is applied: read it, then commit it or pipe it into kubectl. With --kustomization-file it works from files alone and asks no cluster.',
  examples: [
    { description: 'All that it needs', command: 'flux-ts rbac role kustomization web -n apps > role.yaml' },
    {
      description: 'Grant what it lacks',
      command: 'flux-ts rbac role kustomization web -n apps --missing | kubectl apply --server-side -f -',
    },
    {
      description: 'From files, as in CI',
      command: 'flux-ts rbac role kustomization web --path=./deploy --kustomization-file=./clusters/prod/web.yaml',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', description: 'may be left out with --kustomization-file where the file has only one' }],
  flags: {
    ...OFFLINE_FLAGS,
    missing: boolean({ description: 'prints only what the account has not got yet' }),
    headroom: switchWithWords({
      words: ['kinds'],
      description:
        'kinds leaves out the names of objects in namespaces, so that the next object of a kind needs no new rule; alone it means the same',
    }),
    'default-service-account': string({ description: 'account that acts where the Kustomization names none' }),
  },
  outputs: ['yaml', 'json', 'name'],
  async run({ args, flags, given, context }) {
    const name = args[0] ?? '';
    const account = flags['default-service-account'];
    const acting = account === '' ? {} : { defaultServiceAccount: account };
    const headroom = flags.headroom === 'kinds';
    if (isOffline(given)) {
      if (flags.missing) {
        throw new FluxError('rbac/needs-cluster', '--missing asks what an account has, and with files no cluster is asked', {
          hint: 'leave --missing off, or leave --path and --kustomization-file off',
        });
      }
      const request = await readOffline(name, flags, given, context);
      const { host, openFolder, progress } = context;
      return documents(await writeOfflineRole({ ...request, ...acting, headroom }, { cwd: host.cwd, openFolder, progress }));
    }
    if (name === '') throw new FluxError('objects/name-missing', 'Kustomization name is required');
    const roles = await writeKustomizationRole(
      refIn(kindNamed('Kustomization'), await context.namespace(), name),
      await context.reconcilePorts(),
      { missingOnly: flags.missing, headroom, ...acting },
    );
    if (roles.length === 0) context.progress.success(flags.missing ? 'nothing is missing' : 'nothing is needed');
    return documents(roles);
  },
});
export default command;
