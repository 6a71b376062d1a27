import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { strings } from '../../../lib/cli/flags.ts';
import { FluxError } from '../../../lib/core/errors.ts';
import { DEFAULT_COMPONENTS, renderNamespaceAccess } from '../../../lib/features/install/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the roles that let the controllers work in a namespace',
  description:
    'With "flux-ts install --rbac=least-privilege" a namespace has to be opened to the controllers: they read the Secrets and ConfigMaps there that objects name, and act as the accounts that are named here, and as no other. Prints those roles and bindings; no cluster is asked. Nothing is applied: read it, then commit it or pipe it into kubectl.',
  examples: [
    {
      description: 'For a tenant',
      command: 'flux-ts rbac role controllers -n apps --account=dev-team | kubectl apply --server-side -f -',
    },
  ],
  flags: {
    account: strings({ description: 'account in the namespace that kustomize- and helm-controller may act as; can be repeated' }),
    components: strings({ default: [...DEFAULT_COMPONENTS], description: 'controllers that are installed' }),
  },
  outputs: ['yaml', 'json', 'name'],
  async run({ flags, context }) {
    const namespace = await context.namespace();
    if (flags.account.length === 0) {
      throw new FluxError('usage/bad-value', 'no account is named, so that nothing could act in this namespace', {
        hint: 'Name the accounts of the tenant: --account=dev-team',
      });
    }
    const { fluxNamespace } = context;
    const { account: accounts, components } = flags;
    return documents(await renderNamespaceAccess({ namespace, accounts, fluxNamespace, components }, await context.manifests()));
  },
});
export default command;
