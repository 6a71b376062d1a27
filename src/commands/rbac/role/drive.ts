import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { boolean, string } from '../../../lib/cli/flags.ts';
import { FluxError } from '../../../lib/core/errors.ts';
import { type DriveCaller, writeDriveRole } from '../../../lib/features/rbac/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the smallest role with which somebody can drive',
  description:
    'Looks at the Kustomizations and sources that "flux-ts drive" would drive, and prints the roles and bindings that whoever drives them needs: to read them with the Secrets and ConfigMaps that they name, to write their status and events, to hold the Leases of the controllers, and to act as their accounts. What is applied is applied as those accounts, with their own rights ("flux-ts rbac role kustomization"). Nothing is applied: read it, then commit it or pipe it into kubectl.',
  examples: [
    {
      description: 'For a CI runner that drives one namespace',
      command: 'flux-ts rbac role drive -n apps --service-account=ci/runner',
    },
    { description: 'For one Kustomization only', command: 'flux-ts rbac role drive web -n apps --user=jane' },
    { description: 'For all namespaces', command: 'flux-ts rbac role drive -A --service-account=flux-system/driver > role.yaml' },
  ],
  args: [{ name: 'name', variadic: true, description: 'Kustomizations; none means all of the namespace' }],
  flags: {
    'all-namespaces': boolean({ short: 'A', description: 'for driving those of all namespaces' }),
    'default-service-account': string({ description: 'account for Kustomizations that name none, as drive is told' }),
    headroom: boolean({
      description: 'leaves out the names of Secrets and ConfigMaps, so that the next one needs no new rule',
    }),
    'service-account': string({ description: 'account that drives, as NAMESPACE/NAME' }),
    user: string({ description: 'user that drives (default: whoever asks)' }),
    watch: boolean({ short: 'w', description: 'for drive --watch' }),
    'with-source': boolean({ default: true, description: 'for driving the sources too' }),
  },
  outputs: ['yaml', 'json', 'name'],
  async run({ args, flags, context }) {
    if (flags['all-namespaces'] && args.length > 0) {
      throw new FluxError('usage/bad-value', 'names and -A do not go together');
    }
    const caller = callerOf(flags['service-account'], flags.user);
    const account = flags['default-service-account'];
    const roles = await writeDriveRole(
      {
        ...(flags['all-namespaces'] ? {} : { namespace: await context.namespace() }),
        ...(args.length === 0 ? {} : { names: args }),
        fluxNamespace: context.fluxNamespace,
        withSources: flags['with-source'],
        watches: flags.watch,
        headroom: flags.headroom,
        ...(account === '' ? {} : { defaultServiceAccount: account }),
      },
      { kube: await context.kube(), progress: context.progress },
      caller,
    );
    return documents(roles);
  },
});
export default command;

function callerOf(account: string, user: string): DriveCaller | undefined {
  if (account !== '' && user !== '') {
    throw new FluxError('usage/bad-value', '--service-account and --user do not go together');
  }
  if (user !== '') return { kind: 'User', name: user };
  if (account === '') return undefined;
  const [namespace = '', name = '', ...more] = account.split('/');
  if (namespace === '' || name === '' || more.length > 0) {
    throw new FluxError('usage/bad-value', `--service-account must be NAMESPACE/NAME, not ${JSON.stringify(account)}`);
  }
  return { kind: 'ServiceAccount', namespace, name };
}
