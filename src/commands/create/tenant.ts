import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { documents } from '../../lib/cli/documents.ts';
import { boolean, choice, type FlagValues, keyValues, relativePath, string, strings } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { TENANT_LABEL } from '../../lib/core/flux.ts';
import type { K8sObject } from '../../lib/core/objects.ts';
import { emitYaml } from '../../lib/core/yaml/emit-yaml.ts';
import { checkObjectName, makeGitRepository, makeKustomization, parseLabels } from '../../lib/features/create/index.ts';
import { applyTenant, makeTenant, readRoleFile, type RoleFile } from '../../lib/features/tenant/index.ts';
import { CREATE_FLAGS } from '../support/create-flags.ts';

const FLAGS = {
  ...CREATE_FLAGS,
  'admission-policy': boolean({
    description:
      "writes admission policies that hold the tenant's namespaces: Flux objects act as its account and stay inside, pods do not run as it, and what the platform put there stays",
  }),
  'cluster-role': string({
    default: 'admin',
    description:
      "cluster role that the account gets in the tenant's namespaces; flux-tenant is narrow, and comes with this command",
  }),
  'limit-range': keyValues({
    description: 'what a container requests and is limited to that says nothing: cpu=100m,memory=128Mi',
  }),
  'network-policy': choice({
    options: ['default-deny'],
    description: 'cuts the pods off from all other namespaces, but for DNS',
  }),
  'pod-security': choice({ options: ['restricted', 'baseline'], description: 'what the pods may be, by Pod Security Standard' }),
  quota: keyValues({ description: 'what all of a namespace may use together: cpu=8,memory=16Gi' }),
  'require-verification': boolean({
    description: 'with --admission-policy: sources must verify signatures (spec.verify)',
  }),
  rbac: choice({
    options: ['standard', 'least-privilege', 'namespaced'],
    default: 'standard',
    description:
      "profile that Flux is installed with (install --rbac): all but standard need the controllers' rights in each namespace, which are added",
  }),
  'components-extra': strings({ description: 'with --rbac: further controllers that are installed' }),
  role: string({ description: 'file with a Role or ClusterRole that the account gets instead, as a Role in each namespace' }),
  'skip-namespace': boolean({ description: 'leaves the namespaces to somebody else' }),
  'skip-role': boolean({ description: 'binds the role and leaves it to somebody else to write' }),
  source: string({
    description: "URL of the tenant's Git repository; adds a GitRepository and a Kustomization with its account",
  }),
  'source-branch': string({ default: 'main', description: 'branch of the repository' }),
  'source-path': relativePath({ default: './', description: 'path in the repository' }),
  'source-secret': string({ description: "secret in the tenant's namespace with the login for the repository" }),
  'with-namespace': strings({ description: 'namespace of the tenant; can be repeated' }),
  'with-service-account': string({ description: "name of the account (default: the tenant's)" }),
} as const;

const command: AnyCommand = defineCommand({
  summary: 'Create or update a tenant: namespaces, an account, and its rights in them',
  description:
    'Makes a namespace, a service account and a role binding for each --with-namespace, and what bounds them where asked. The role is "admin" in these namespaces only; the flux CLI gives cluster-admin there, which --cluster-role=cluster-admin still does. Running it again changes nothing; what it is told no more stays as it is.',
  examples: [
    {
      description: 'A tenant with two namespaces',
      command: 'flux-ts create tenant dev-team --with-namespace=frontend --with-namespace=backend',
    },
    {
      description: 'One that cannot get out',
      command:
        'flux-ts create tenant dev-team --with-namespace=apps --cluster-role=flux-tenant --admission-policy --quota=cpu=8,memory=16Gi --network-policy=default-deny --pod-security=restricted',
    },
    {
      description: 'With its repository, as YAML for the repository of the platform',
      command:
        'flux-ts create tenant dev-team --with-namespace=apps --source=https://git.example.com/dev-team.git --export > tenant.yaml',
    },
  ],
  args: [{ name: 'name', required: true }],
  flags: FLAGS,
  outputs: ['table', 'yaml', 'json', 'name'],
  async run({ args, flags, given, context }) {
    const name = checkObjectName(args[0]);
    checkTogether(flags, given);
    const labels = parseLabels(flags.label);
    const role = flags.role === '' ? undefined : await readRole(flags.role, context);
    for (const warning of role?.warnings ?? []) context.progress.warning(warning);
    const objects = [
      ...makeTenant({
        name,
        namespaces: flags['with-namespace'],
        clusterRole: flags['cluster-role'],
        serviceAccount: flags['with-service-account'],
        skipNamespace: flags['skip-namespace'],
        labels,
        ...(role === undefined ? {} : { role: role.role }),
        skipRole: flags['skip-role'],
        quota: flags.quota,
        limitRange: flags['limit-range'],
        networkPolicy: flags['network-policy'] !== '',
        ...(flags['pod-security'] === '' ? {} : { podSecurity: flags['pod-security'] }),
        admissionPolicy: flags['admission-policy'],
        requireVerification: flags['require-verification'],
      }),
      ...(flags.rbac === 'standard' ? [] : await renderAccess(name, flags, context)),
      ...(flags.source === '' ? [] : makeSync(name, labels, flags)),
    ];
    if (flags.export) return documents(objects);
    if (context.verbose) for (const object of objects) context.progress.detail(emitYaml(object));
    const stored = await applyTenant(objects, await context.kube(), { progress: context.progress, signal: context.signal });
    context.progress.detail(`check it:  flux-ts check tenant ${name}`);
    return { data: { name, objects: stored }, names: stored.map((object) => `${object.kind.toLowerCase()}/${object.name}`) };
  },
});
export default command;

type Context = Parameters<typeof command.run>[0]['context'];

function checkTogether(flags: FlagValues<typeof FLAGS>, given: ReadonlySet<string>): void {
  if (flags.role !== '' && given.has('cluster-role'))
    throw new FluxError('usage/bad-value', '--role and --cluster-role do not go together: the account gets one of them');
  if (flags['require-verification'] && !flags['admission-policy'])
    throw new FluxError('usage/bad-value', '--require-verification needs --admission-policy: the policy is what requires it');
  if (flags['components-extra'].length > 0 && flags.rbac === 'standard')
    throw new FluxError('usage/bad-value', '--components-extra needs --rbac=least-privilege or namespaced');
  for (const flag of ['source-branch', 'source-path', 'source-secret']) {
    if (given.has(flag) && flags.source === '') throw new FluxError('usage/bad-value', `--${flag} needs --source`);
  }
}

async function readRole(path: string, context: Context): Promise<RoleFile> {
  const files = await context.readManifestFiles([path]);
  return await readRoleFile(path, files.map(({ text }) => text).join('\n---\n'));
}

/** What controllers without rights of their own need in the tenant's namespaces: to read there, and to act as its account. */
async function renderAccess(name: string, flags: FlagValues<typeof FLAGS>, context: Context): Promise<K8sObject[]> {
  const { DEFAULT_COMPONENTS, renderNamespaceAccess } = await import('../../lib/features/install/index.ts');
  const manifests = await context.manifests();
  const account = flags['with-service-account'] === '' ? name : flags['with-service-account'];
  const objects: K8sObject[] = [];
  for (const namespace of flags['with-namespace']) {
    const options = {
      namespace,
      accounts: [account],
      fluxNamespace: context.fluxNamespace,
      components: [...DEFAULT_COMPONENTS, ...flags['components-extra']],
    };
    for (const object of await renderNamespaceAccess(options, manifests)) {
      const labels = { ...object.metadata.labels, [TENANT_LABEL]: name };
      objects.push({ ...object, metadata: { ...object.metadata, labels } });
    }
  }
  return objects;
}

/** The tenant's repository in its first namespace, and what reconciles it there under its account. */
function makeSync(name: string, labels: Record<string, string>, flags: FlagValues<typeof FLAGS>): K8sObject[] {
  const [namespace = ''] = flags['with-namespace'];
  const account = flags['with-service-account'] === '' ? name : flags['with-service-account'];
  const common = { name, namespace, labels: { ...labels, [TENANT_LABEL]: name }, intervalMs: flags.interval };
  return [
    makeGitRepository({
      ...common,
      url: flags.source,
      branch: flags['source-branch'],
      tag: '',
      semver: '',
      commit: '',
      refName: '',
      timeoutMs: 0,
      secretRef: flags['source-secret'],
      proxySecretRef: '',
      provider: '',
      recurseSubmodules: false,
      ignorePaths: [],
      sparseCheckout: [],
      hasCaFile: false,
    }),
    makeKustomization({
      ...common,
      source: { kind: 'GitRepository', name },
      path: flags['source-path'],
      prune: true,
      wait: false,
      healthChecks: [],
      healthCheckTimeoutMs: 0,
      dependsOn: [],
      serviceAccount: account,
      decryptionProvider: '',
      decryptionSecret: '',
      targetNamespace: namespace,
      kubeConfigSecretRef: '',
      retryIntervalMs: 0,
    }),
  ];
}
