import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { documents } from '../../lib/cli/documents.ts';
import { checkObjectName } from '../../lib/features/create/index.ts';
import { exportTenant } from '../../lib/features/tenant/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the objects of a tenant as YAML that can be committed',
  description:
    "Prints all that carries the label of the tenant. The cluster role that its account is bound to is not the tenant's own and left out.",
  examples: [{ description: 'Put a tenant under Git', command: 'flux-ts export tenant dev-team > tenants/dev-team.yaml' }],
  args: [{ name: 'name', required: true }],
  flags: {},
  outputs: ['yaml', 'json', 'name'],
  async run({ args, context }) {
    return documents(await exportTenant(await context.kube(), checkObjectName(args[0])));
  },
});
export default command;
