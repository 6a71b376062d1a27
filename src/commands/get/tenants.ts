import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { table } from '../../lib/cli/output.ts';
import { readTenant, readTenants, TENANT_VIEW } from '../../lib/features/tenant/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show tenants, their bounds, and how many of their Kustomizations are ready',
  description:
    'Reads whatever carries the label toolkit.fluxcd.io/tenant, in all namespaces, so the caller must be allowed to list namespaces, accounts and bindings in the whole cluster.',
  examples: [
    { description: 'All of them', command: 'flux-ts get tenants -o wide' },
    { description: 'One, for a script', command: 'flux-ts get tenants dev-team -o json' },
  ],
  aliases: ['tenant'],
  args: [{ name: 'name', description: 'one tenant; without it all' }],
  flags: {},
  outputs: ['table', 'wide', 'json', 'yaml', 'name'],
  async run({ args, context }) {
    const kube = await context.kube();
    const [name] = args;
    const tenants = name === undefined ? await readTenants(kube) : [await readTenant(kube, name)];
    if (tenants.length === 0) context.progress.success('there are no tenants');
    return {
      data: { items: tenants },
      ...(tenants.length === 0 ? {} : { view: table(TENANT_VIEW, tenants) }),
      names: tenants.map((tenant) => `tenant/${tenant.name}`),
    };
  },
});
export default command;
