import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { ObjectRef } from '../../src/lib/core/objects.ts';
import { readList, readPath } from '../../src/lib/core/read-object.ts';
import { createCloud } from '../../src/lib/engine/cloud/index.ts';
import * as git from '../../src/lib/engine/git/index.ts';
import {
  bootstrapGit,
  type BootstrapOptions,
  type BootstrapResult,
  DEFAULT_BOOTSTRAP_OPTIONS,
} from '../../src/lib/features/bootstrap/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const URL_OF = 'https://dev.azure.com/org/project/_git/fleet';
const DEVOPS_SCOPE = '499b84ac-1321-427f-aa17-267ca6975798/.default';
const FLUX = { namespace: 'flux-system', name: 'flux-system' } as const;
const SECRET: ObjectRef = { apiVersion: 'v1', kind: 'Secret', ...FLUX };
const SOURCE: ObjectRef = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', ...FLUX };
const CONTROLLER: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'flux-system', name: 'source-controller' };
const GATE = '--feature-gates=ObjectLevelWorkloadIdentity=true';

// Cluster and repository are real. The repository of Azure DevOps is a Git server here that takes the token of the cloud and
// nothing else, and the SDK is a stand-in: test/unit/lib/engine/cloud holds what the real ones are asked.
describe('bootstrap by identities in a cloud', () => {
  let sandbox: TestSandbox;
  let ports: FeaturePorts;
  let server: GitServer;
  const asked: string[] = [];

  before(async () => {
    sandbox = await startSandbox({ name: 'bootstrap-clouds', alone: true });
    ports = makeFeaturePorts(await connectKube(sandbox.kubeconfigPath));
    server = await startGitServer({ token: 'entra-token' });
    await server.create('fleet');
  });

  after(async () => {
    await server?.close();
    await ports?.kube.close();
    await sandbox?.close();
  });

  const sdk = {
    DefaultAzureCredential: class {
      getToken(scope: string) {
        asked.push(scope);
        return Promise.resolve({ token: 'entra-token', expiresOnTimestamp: Date.now() + 3_600_000 });
      }
    },
  };
  const openClone: typeof git.openClone = (remote, branch, options) => {
    assert.equal(remote.url, URL_OF);
    return git.openClone({ ...remote, url: server.urlOf('fleet') }, branch, options);
  };
  const bootstrap = async (
    change: Partial<BootstrapOptions> = {},
    loadPackage: (name: string) => Promise<unknown> = () => Promise.resolve(sdk),
  ): Promise<BootstrapResult> => {
    const options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: URL_OF, provider: 'azure', path: 'clusters/demo', wait: false } as const;
    const cloud = createCloud({ loadPackage, now: () => Date.now(), env: {} });
    return await bootstrapGit({ ...options, ...change }, { ...ports, git: { ...git, openClone }, cloud });
  };
  const specOf = async (): Promise<JsonObject> => (await ports.kube.get(SOURCE))?.['spec'] as JsonObject;
  const argsOf = async (): Promise<readonly unknown[]> => {
    const [container] = readList(await ports.kube.get(CONTROLLER), 'spec', 'template', 'spec', 'containers');
    return readList(container ?? null, 'args');
  };
  const refuses = async (change: Partial<BootstrapOptions>, code: string, hint: RegExp): Promise<void> => {
    await assert.rejects(bootstrap(change), (error) => isFluxError(error, code) && hint.test(error.hint ?? ''));
  };

  it('refuses before anything is changed', async () => {
    const missing = bootstrap({}, () => Promise.reject(new Error('not installed')));
    await assert.rejects(missing, (error) => isFluxError(error, 'cloud/package-missing') && /npm install/.test(error.hint ?? ''));
    await refuses({ url: 'https://git.example.com/o/r' }, 'cloud/bad-git-url', /dev\.azure\.com/);
    await refuses({ tokenAuth: true, password: 'x' }, 'bootstrap/two-logins', /--token-auth/);
    const narrow = { rbac: 'least-privilege', sourceAccount: 'puller' } as const;
    await refuses(narrow, 'bootstrap/no-account-tokens', /--resource-name=puller/);
    assert.equal(await ports.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'flux-system' }), undefined);
    assert.equal(await server.git('fleet', 'branch', '--list'), '');
    assert.deepEqual(asked, []);
  });

  it('pushes as this machine, and leaves the cluster to its own identity, without a secret', async () => {
    const { secret, url } = await bootstrap();
    assert.deepEqual([secret, url], ['none', URL_OF]);
    assert.deepEqual([...new Set(asked)], [DEVOPS_SCOPE]);
    assert.match(await server.git('fleet', 'log', '--format=%s', 'main'), /Add Flux sync manifests/);
    assert.deepEqual(await specOf(), {
      interval: '1m0s',
      provider: 'azure',
      ref: { branch: 'main' },
      timeout: '60s',
      url: URL_OF,
    });
    assert.equal(await ports.kube.get(SECRET), undefined);
    assert.ok(!(await argsOf()).includes(GATE));
    assert.ok(ports.told.every((line) => !line.includes('entra-token')));
  });

  it('names an account, and turns on the gate that it takes', async () => {
    await bootstrap({ sourceAccount: 'puller' });
    assert.equal((await specOf())['serviceAccountName'], 'puller');
    const yaml = await server.git('fleet', 'show', 'main:clusters/demo/flux-system/gotk-components.yaml');
    assert.equal(yaml.split(GATE).length, 2);
  });

  it('goes on under a narrow profile once source-controller may mint the token', async () => {
    const narrow = { rbac: 'least-privilege', sourceAccount: 'puller' } as const;
    const metadata = { name: 'source-account-tokens', namespace: 'flux-system' };
    const group = 'rbac.authorization.k8s.io';
    const rules = [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['puller'], verbs: ['create'] }];
    await ports.kube.create({ apiVersion: `${group}/v1`, kind: 'Role', metadata, rules });
    const subjects = [{ kind: 'ServiceAccount', name: 'source-controller', namespace: 'flux-system' }];
    const roleRef = { apiGroup: group, kind: 'Role', name: metadata.name };
    await ports.kube.create({ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata, subjects, roleRef });
    await bootstrap(narrow);
    assert.ok((await argsOf()).includes(GATE));
    await refuses({ ...narrow, sourceAccount: 'other' }, 'bootstrap/no-account-tokens', /--resource-name=other/);
  });

  it('is the way back to a token: what belonged to the cloud is taken off', async () => {
    const token = { provider: '', tokenAuth: true, withBearerToken: true, password: 'entra-token' } as const;
    // As kustomize-controller would, once it has applied it.
    const owned = { apiVersion: SOURCE.apiVersion, kind: SOURCE.kind, metadata: { ...FLUX } };
    const spec = { provider: 'azure', serviceAccountName: 'puller' };
    await ports.kube.apply(
      { ...owned, spec: { ...(await specOf()), ...spec } },
      { fieldManager: 'kustomize-controller', force: true },
    );
    const { secret } = await bootstrap(token);
    assert.equal(secret, 'written');
    const { provider, serviceAccountName, secretRef } = await specOf();
    assert.deepEqual([provider, serviceAccountName, secretRef], [undefined, undefined, { name: 'flux-system' }]);
    assert.equal(readPath((await ports.kube.get(SECRET)) ?? null, 'data', 'bearerToken'), btoa('entra-token'));
    assert.equal((await bootstrap()).secret, 'none');
    assert.ok(ports.told.some((line) => line.startsWith('⚠ secret "flux-system/flux-system" is still there')));
    assert.equal((await specOf())['secretRef'], undefined);
  });
});
