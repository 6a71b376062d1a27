import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
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
  /** Ends the controllers, and asserts that these were refused nothing, and were granted nothing that they did not use. */
  audit(t: TestContext, ...names: FluxControllerName[]): Promise<void>;
  close(): Promise<void>;
}

/** What differs from ground to ground. */
export interface GroundOptions {
  /** Further ones, by controller. Default: none. */
  readonly flags?: Partial<Record<FluxControllerName, readonly string[]>>;
  /** Default: true. */
  readonly multiTenant?: boolean;
}

/**
 * Opens it: `install --rbac=least-privilege --multi-tenant` of all components, `create tenant`, `rbac role controllers`, then those
 * that are named, each as its own account and with the arguments of its Deployment. All that they ask of the API server is written down.
 *
 * @param names the controllers that run
 */
export async function openGround(
  names: readonly FluxControllerName[],
  { flags = {}, multiTenant = true }: GroundOptions = {},
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
    const profile = ['--rbac=least-privilege', ...(multiTenant ? ['--multi-tenant'] : [])];
    await ok('install', '-n', FLUX, ...profile, '--wait=false', components);
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
      async audit(t, ...audited) {
        await started.stop();
        const log = readAuditLog(sandbox.auditLog ?? '');
        const unexpected: string[] = [];
        for (const name of audited) {
          const user = `system:serviceaccount:${FLUX}:${name}`;
          const own = log.filter((entry) => entry.user === user);
          assert.ok(own.length > 0, `${name} asked nothing`);
          // What admission refuses is a denial too: it would be one of our policies.
          const refused = own.filter(({ isDenied, status }) => isDenied || status === 403);
          const grants = await readGrants(kube, { namespace: FLUX, name });
          const unused = grants.filter((grant) => !own.some((entry) => uses(entry, grant, user)));
          unexpected.push(...new Set(refused.map((entry) => `denied ${formatRequestLine(entry)}`)));
          unexpected.push(...unused.map((grant) => `unused ${formatGrant(grant)}`));
          const acting = own.filter(({ actsAs }) => actsAs !== undefined).length;
          t.diagnostic(
            `${name}: ${own.length} requests (${acting} as other accounts), ${refused.length} denied; ${grants.length} grants, ${unused.length} unused`,
          );
        }
        assert.deepEqual(unexpected, []);
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
