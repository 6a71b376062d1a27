import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { COMPONENTS } from '../../src/lib/features/install/index.ts';
import { formatGrant, formatRequestLine, readAuditLog, readGrants, uses } from '../support/audit-log.ts';
import { type CliWorld, openCliWorld } from '../support/cli-world.ts';
import { type FluxControllerName, type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import type { CliRun } from '../support/run-cli.ts';
import { startSandbox } from '../support/sandbox.ts';

const FLUX = 'flux-system';
/** Namespace of the tenant. */
export const APPS = 'apps';
/** The account that acts for it. */
export const ACCOUNT = 'team';

/** A cluster with Flux's own controllers under the narrow roles, and a tenant in it. */
export interface Ground {
  readonly kube: KubeClient;
  readonly git: GitServer;
  readonly controllers: FluxControllers;
  /** Runs the CLI, and fails unless it ends well. */
  ok(...argv: string[]): Promise<CliRun>;
  /** The same for what must fail; the time that it took is told too. */
  fails(...argv: string[]): Promise<CliRun & { readonly ms: number }>;
  /** Writes a file where the CLI runs, and returns its path. */
  file(name: string, text: string): string;
  /** An object of the tenant. */
  read(apiVersion: string, kind: string, name: string): Promise<K8sObject | undefined>;
  /** Ends the controllers, and tells what they were refused and what they were granted but did not use. */
  audit(...names: FluxControllerName[]): Promise<{ readonly denied: string[]; readonly unused: string[] }>;
  close(): Promise<void>;
}

/**
 * Opens it: `install --rbac=least-privilege --multi-tenant` of all components, `create tenant`, `rbac role controllers`, then those
 * that are named, each as its own account and with the arguments of its Deployment. All that they ask of the API server is written down.
 *
 * @param flags further ones, by controller
 */
export async function openGround(
  names: readonly FluxControllerName[],
  flags: Partial<Record<FluxControllerName, readonly string[]>> = {},
): Promise<Ground> {
  const sandbox = await startSandbox({
    name: 'further-controllers',
    alone: true,
    audit: true,
    // An API server that streams what there is leaves controllers nothing to list; older ones do not.
    apiserverFlags: ['--feature-gates=WatchList=false'],
  });
  const closers: (() => Promise<void>)[] = [() => sandbox.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const world: CliWorld = await openCliWorld(sandbox.kubeconfigPath, FLUX);
    closers.push(() => world.close());
    const git = await startGitServer();
    closers.push(() => git.close());
    const { kube } = world;
    let controllers: FluxControllers | undefined;
    const tail = (): string => names.map((name) => `${name}:\n${controllers?.logs(name).slice(-3000) ?? ''}`).join('\n');
    const ok = async (...argv: string[]): Promise<CliRun> => {
      const run = await world.run(argv);
      assert.equal(run.code, 0, `flux-ts ${argv.join(' ')}\n${run.stdout}${run.stderr}\n${tail()}`);
      return run;
    };
    const components = `--components=${COMPONENTS.map(({ name }) => name).join(',')}`;
    await ok('install', '-n', FLUX, '--rbac=least-privilege', '--multi-tenant', '--wait=false', components);
    await ok('create', 'tenant', ACCOUNT, '-n', FLUX, `--with-namespace=${APPS}`);
    const { stdout } = await ok('rbac', 'role', 'controllers', '-n', APPS, `--account=${ACCOUNT}`, components);
    for (const { value } of parseYamlDocuments(stdout)) {
      await kube.apply(value as K8sObject, { fieldManager: 'test', force: true });
    }
    const deploymentArgs: Partial<Record<FluxControllerName, string[]>> = {};
    for (const name of names) {
      const deployment = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: FLUX, name });
      const [container] = readList(deployment, 'spec', 'template', 'spec', 'containers');
      deploymentArgs[name] = readList(container, 'args').map(String);
    }
    const started = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      controllers: names,
      deploymentArgs,
      flags,
      leaderElection: true,
    });
    controllers = started;
    closers.push(() => started.stop());
    await leading(kube, names);
    return {
      kube,
      git,
      controllers: started,
      ok,
      async fails(...argv) {
        const began = Date.now();
        const run = await world.run(argv);
        assert.equal(run.code, 1, `flux-ts ${argv.join(' ')}\n${run.stdout}${run.stderr}\n${tail()}`);
        return { ...run, ms: Date.now() - began };
      },
      file(name, text) {
        const path = join(world.home, name);
        writeFileSync(path, text);
        return path;
      },
      read: (apiVersion, kind, name) => kube.get({ apiVersion, kind, namespace: APPS, name }),
      async audit(...audited) {
        await started.stop();
        const log = readAuditLog(sandbox.auditLog ?? '');
        const denied: string[] = [];
        const unused: string[] = [];
        for (const name of audited) {
          const user = `system:serviceaccount:${FLUX}:${name}`;
          const own = log.filter((entry) => entry.user === user);
          assert.ok(own.length > 0, `${name} asked nothing`);
          // What admission refuses is a denial too: it would be one of our policies.
          const refused = own.filter(({ isDenied, status }) => isDenied || status === 403);
          denied.push(...new Set(refused.map(formatRequestLine)));
          const grants = await readGrants(kube, { namespace: FLUX, name });
          unused.push(...grants.filter((grant) => !own.some((entry) => uses(entry, grant, user))).map(formatGrant));
        }
        return { denied, unused };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits until each controller holds its Lease: before that it runs, but does not work yet. */
async function leading(kube: KubeClient, names: readonly string[]): Promise<void> {
  const left = new Set(names.map((name) => `${name}-leader-election`));
  const leases = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
  for await (const event of kube.watch(leases, { namespace: FLUX, signal: AbortSignal.timeout(60_000) })) {
    if (event.type === 'SYNCED' || readText(event.object, 'spec', 'holderIdentity') === '') continue;
    left.delete(event.object.metadata.name);
    if (left.size === 0) return;
  }
  assert.fail(`nobody holds ${[...left].join(', ')}`);
}
