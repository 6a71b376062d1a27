import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EscapeReport } from '../src/lib/features/escape/index.ts';
import { runCli, runOk } from '../test/support/run-cli.ts';

/** An installation with a tenant in it. */
export interface Setup {
  /** Head of its column. */
  readonly title: string;
  /** How it is made, for readers. */
  readonly made: string;
  /** Words behind `install`. */
  readonly install: readonly string[];
  /** Words behind `create tenant dev-team`. */
  readonly tenant: readonly string[];
  /** True makes the lock-down of Flux's documentation out of it, and the tenant as flux's own command does. */
  readonly asFlux?: 'default' | 'locked';
}

const EXTRA = '--components-extra=image-reflector-controller,image-automation-controller,source-watcher';
/** A quota and a network policy, so that there is something to take away. */
const BOUNDED = ['--with-namespace=apps', '--quota=cpu=8,memory=16Gi', '--network-policy=default-deny'];

/** The installations that are compared, the widest first. */
export const SETUPS: readonly Setup[] = [
  {
    title: 'Flux, default',
    made: '`install`; the tenant as `flux create tenant` makes it, with a quota and a network policy',
    install: [EXTRA],
    tenant: [...BOUNDED, '--cluster-role=cluster-admin'],
    asFlux: 'default',
  },
  {
    title: 'Flux, locked down',
    made: "the same with the patches of Flux's page on multi-tenancy",
    install: [EXTRA],
    tenant: [...BOUNDED, '--cluster-role=cluster-admin'],
    asFlux: 'locked',
  },
  {
    title: '`--multi-tenant`',
    made: '`install --multi-tenant`; `create tenant --quota=… --network-policy=default-deny`',
    install: [EXTRA, '--multi-tenant'],
    tenant: BOUNDED,
  },
  {
    title: '`--multi-tenant --rbac=least-privilege`',
    made: '`install --multi-tenant --rbac=least-privilege`; `create tenant --rbac=least-privilege --cluster-role=flux-tenant --admission-policy --require-verification --quota=… --limit-range=… --network-policy=default-deny --pod-security=restricted`',
    install: [EXTRA, '--multi-tenant', '--rbac=least-privilege'],
    tenant: [
      ...BOUNDED,
      '--rbac=least-privilege',
      '--components-extra=image-reflector-controller,image-automation-controller,source-watcher',
      '--cluster-role=flux-tenant',
      '--admission-policy',
      '--require-verification',
      '--limit-range=cpu=100m,memory=128Mi',
      '--pod-security=restricted',
    ],
  },
];

/**
 * Attacks a set-up in a sandbox of its own, by the very command that users have.
 *
 * Effects: starts and ends a control plane
 */
export async function attackSetup(setup: Setup, env: Readonly<Record<string, string>>): Promise<EscapeReport> {
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-setup-'));
  try {
    const flux = await runOk(['install', ...setup.install, '--export'], { env });
    const tenant = await runOk(['create', 'tenant', 'dev-team', ...setup.tenant, '--export'], { env });
    writeFileSync(join(folder, 'flux.yaml'), flux.stdout);
    writeFileSync(join(folder, 'tenant.yaml'), setup.asFlux === undefined ? tenant.stdout : withDeadUser(tenant.stdout));
    await putUnderGit(folder, env);
    if (setup.asFlux === 'locked') await lockDown(folder, env);
    const files = ['-f', join(folder, 'flux.yaml'), '-f', join(folder, 'tenant.yaml')];
    const run = await runCli(['check', 'tenant', 'dev-team', '--sandbox', ...files, '-o', 'json'], { env });
    if (run.stdout === '') throw new Error(`${setup.title}: ${run.stderr}`);
    return JSON.parse(run.stdout) as EscapeReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The subject that flux's own command still writes first. */
function withDeadUser(yaml: string): string {
  const user = '- apiGroup: rbac.authorization.k8s.io\n  kind: User\n  name: gotk:apps:reconciler\n';
  return yaml.replace('subjects:\n', `subjects:\n${user}`);
}

/**
 * Makes a tenant look as in a fleet: a Kustomization of the platform applies it, and beside its account there is a stronger one,
 * as operators have it.
 */
async function putUnderGit(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  const files = {
    'kustomization.yaml':
      'resources: [tenant.yaml, operator.yaml]\nlabels: [{pairs: {kustomize.toolkit.fluxcd.io/name: tenants, kustomize.toolkit.fluxcd.io/namespace: flux-system}}]\n',
    'operator.yaml': `apiVersion: v1
kind: ServiceAccount
metadata: {name: operator, namespace: apps}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: operator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: operator, namespace: apps}]
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { stdout } = await runOk(['kustomize', folder], { env });
  for (const name of Object.keys(files)) rmSync(join(folder, name));
  writeFileSync(join(folder, 'tenant.yaml'), stdout);
}

/** The patches that Flux's documentation gives for shared clusters; source-watcher is not among them. */
async function lockDown(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  const add = (target: string, argument: string): string =>
    `- target: {kind: Deployment, name: "(${target})"}\n  patch: '[{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "${argument}"}]'\n`;
  const file = join(folder, 'kustomization.yaml');
  writeFileSync(
    file,
    `resources: [flux.yaml]\npatches:\n${add('kustomize-controller|helm-controller|notification-controller|image-reflector-controller|image-automation-controller', '--no-cross-namespace-refs=true')}${add('kustomize-controller', '--no-remote-bases=true')}${add('kustomize-controller|helm-controller', '--default-service-account=default')}`,
  );
  const { stdout } = await runOk(['kustomize', folder], { env });
  rmSync(file);
  writeFileSync(join(folder, 'flux.yaml'), stdout);
  if (!readFileSync(join(folder, 'flux.yaml'), 'utf8').includes('--no-remote-bases=true')) throw new Error('nothing was patched');
}
