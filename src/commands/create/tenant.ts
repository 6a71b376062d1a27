import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { documents } from '../../lib/cli/documents.ts';
import { boolean, string, strings } from '../../lib/cli/flags.ts';
import { emitYaml } from '../../lib/core/yaml/emit-yaml.ts';
import { checkObjectName, parseLabels } from '../../lib/features/create/index.ts';
import { applyTenant, makeTenant } from '../../lib/features/tenant/index.ts';
import { CREATE_FLAGS } from '../support/create-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Create or update a tenant: namespaces, an account, and its rights in them',
  description:
    'Makes a namespace, a service account and a role binding for each --with-namespace. The role is "admin" in these namespaces only; the flux CLI gives cluster-admin there, which --cluster-role=cluster-admin still does.',
  examples: [
    {
      description: 'A tenant with two namespaces',
      command: 'flux-ts create tenant dev-team --with-namespace=frontend --with-namespace=backend',
    },
    {
      description: 'The same as YAML, for a Git repository',
      command: 'flux-ts create tenant dev-team --with-namespace=frontend,backend --export > tenant.yaml',
    },
  ],
  args: [{ name: 'name', required: true }],
  flags: {
    ...CREATE_FLAGS,
    'cluster-role': string({ default: 'admin', description: "cluster role that the account gets in the tenant's namespaces" }),
    'skip-namespace': boolean({ description: 'leaves the namespaces to somebody else' }),
    'with-namespace': strings({ description: 'namespace of the tenant; can be repeated' }),
    'with-service-account': string({ description: "name of the account (default: the tenant's)" }),
  },
  outputs: ['table', 'yaml', 'json', 'name'],
  async run({ args, flags, context }) {
    const name = checkObjectName(args[0]);
    const objects = makeTenant({
      name,
      namespaces: flags['with-namespace'],
      clusterRole: flags['cluster-role'],
      serviceAccount: flags['with-service-account'],
      skipNamespace: flags['skip-namespace'],
      labels: parseLabels(flags.label),
    });
    if (flags.export) return documents(objects);
    if (context.verbose) for (const object of objects) context.progress.detail(emitYaml(object));
    const stored = await applyTenant(objects, await context.kube(), { progress: context.progress, signal: context.signal });
    return { data: { name, objects: stored }, names: stored.map((object) => `${object.kind.toLowerCase()}/${object.name}`) };
  },
});
export default command;
