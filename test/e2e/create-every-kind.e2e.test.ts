import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KINDS } from '../../src/lib/core/kinds.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readPath, readText } from '../../src/lib/core/read-object.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, openCliWorld } from '../support/cli-world.ts';
import { useSandbox } from '../support/sandbox.ts';

const CRDS = fileURLToPath(new URL('../../manifests/crds/', import.meta.url));

/** What is typed behind `create` for one of each kind; the name follows the words. */
const OBJECTS: Readonly<Record<string, string>> = {
  Bucket: 'source bucket fleet --bucket-name=fleet --endpoint=minio.example.com --access-key=AK-s3cret --secret-key=SK-s3cret',
  GitRepository: 'source git fleet --url=https://git.example.com/fleet --branch=main --username=robot --password=PW-s3cret',
  HelmRepository: 'source helm fleet --url=https://charts.example.com --username=robot --password=PW-s3cret',
  HelmChart: 'source chart fleet --source=HelmRepository/fleet --chart=fleet --chart-version=6.x',
  OCIRepository: 'source oci fleet --url=oci://registry.example.com/fleet --tag=1.0.0 --verify-provider=cosign',
  Kustomization: 'kustomization fleet --source=GitRepository/fleet --path=./deploy --prune --wait',
  HelmRelease: 'helmrelease fleet --chart-ref=OCIRepository/fleet --crds=CreateReplace --values=values.yaml',
  ImageRepository: 'image repository fleet --image=registry.example.com/fleet',
  ImagePolicy: 'image policy fleet --image-ref=fleet --select-semver=1.x --reflect-digest=Always --interval=5m',
  ImageUpdateAutomation:
    'image update fleet --git-repo-ref=fleet --checkout-branch=main --author-name=flux --author-email=flux@example.com --git-repo-path=./deploy',
  Provider: 'alert-provider fleet --type=slack --channel=general --address=https://hooks.example.com',
  Alert: 'alert fleet --provider-ref=fleet --event-source=Kustomization/* --event-severity=error',
  Receiver: 'receiver fleet --type=github --event=push --secret-ref=hook --resource=GitRepository/fleet',
};

/** The same for the secrets: what is typed, the type, and the keys that are in it. */
const SECRETS: Readonly<Record<string, readonly [string, string, readonly string[]]>> = {
  git: ['--url=https://git.example.com/x -u robot -p PW-s3cret', 'Opaque', ['password', 'username']],
  githubapp: [
    '--app-id=1 --app-installation-owner=platform --app-private-key=app.pem',
    'Opaque',
    ['githubAppID', 'githubAppInstallationOwner', 'githubAppPrivateKey'],
  ],
  helm: ['-u robot -p PW-s3cret', 'kubernetes.io/basic-auth', ['password', 'username']],
  notation: ['--trust-policy-file=policy.json --ca-cert-file=ca.crt', 'Opaque', ['ca.crt', 'trustpolicy.json']],
  oci: ['--url=registry.example.com -u robot -p PW-s3cret', 'kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  proxy: ['--address=http://proxy.example.com:3128 -u robot -p PW-s3cret', 'Opaque', ['address', 'password', 'username']],
  receiver: ['--type=github --hostname=flux.example.com', 'Opaque', ['token']],
  tls: ['--ca-crt-file=ca.crt', 'Opaque', ['ca.crt']],
};

const POLICY = {
  version: '1.0',
  trustPolicies: [
    {
      name: 'all',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:all'],
      trustedIdentities: ['*'],
    },
  ],
};

describe('create, one of each kind', { timeout: 120_000 }, () => {
  let world: CliWorld;
  before(async () => {
    world = await openCliWorld((await useSandbox()).kubeconfigPath, `create-${process.pid}`);
    const controllers = readdirSync(CRDS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    await applyDefinitions(
      world.kube,
      controllers.map(({ name }) => name),
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(join(world.home, 'app.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(join(world.home, 'ca.crt'), 'an authority\n');
    writeFileSync(join(world.home, 'policy.json'), JSON.stringify(POLICY));
    writeFileSync(join(world.home, 'values.yaml'), 'replicas: 2\nbig: 9007199254740993\n');
  });
  after(async () => {
    await world.kube.delete({ apiVersion: 'v1', kind: 'Namespace', name: world.namespace });
    await world.close();
  });

  /** Runs `create`, and makes sure that nothing secret is told. */
  const create = async (line: string): Promise<{ action: string }> => {
    const run = await world.run(['create', ...line.split(' '), '-n', world.namespace, '--verbose', '-o', 'json']);
    assert.equal(run.code, 0, run.stderr);
    assert.doesNotMatch(`${run.stdout}${run.stderr}`, /s3cret|PRIVATE KEY/);
    return JSON.parse(run.stdout) as { action: string };
  };
  const secret = (name: string): Promise<K8sObject | undefined> =>
    world.kube.get({ apiVersion: 'v1', kind: 'Secret', namespace: world.namespace, name });

  test('has a line for each kind that can be created', () => {
    const kinds = KINDS.map(({ kind }) => kind).filter((kind) => kind !== 'ExternalArtifact' && kind !== 'ArtifactGenerator');
    assert.deepEqual(Object.keys(OBJECTS).sort(), kinds.sort());
  });

  for (const [kindName, line] of Object.entries(OBJECTS))
    test(`${kindName}: the API server takes it, and a second time changes nothing`, async () => {
      assert.equal((await create(line)).action, 'created');
      const kind = KINDS.find(({ kind }) => kind === kindName);
      const apiVersion = `${kind?.group}/${kind?.version}`;
      const ref = { apiVersion, kind: kindName, namespace: world.namespace, name: 'fleet' };
      const made = await world.kube.get(ref);
      assert.equal(made?.metadata.name, 'fleet');
      assert.equal((await create(line)).action, 'unchanged');
      assert.equal((await world.kube.get(ref))?.metadata.resourceVersion, made?.metadata.resourceVersion);
      // Once more with a label: an update, and the label is there.
      assert.equal((await create(`${line} --label=team=a`)).action, 'updated');
      assert.equal((await world.kube.get(ref))?.metadata.labels?.['team'], 'a');
    });

  test('logins of sources are Secrets that the sources name', async () => {
    const names = { Bucket: 'bucket-fleet', GitRepository: 'fleet', HelmRepository: 'helm-fleet' };
    for (const [kind, name] of Object.entries(names)) {
      const ref = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind, namespace: world.namespace, name: 'fleet' };
      assert.equal(readText(await world.kube.get(ref), 'spec', 'secretRef', 'name'), name);
      assert.ok(Object.keys((await secret(name))?.['data'] ?? {}).length >= 2);
    }
  });

  test('values of a HelmRelease arrive with all their digits', async () => {
    const ref = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', namespace: world.namespace, name: 'fleet' };
    assert.deepEqual(readPath(await world.kube.get(ref), 'spec', 'values'), { replicas: 2, big: 9007199254740993n });
  });

  for (const [noun, [flags, type, keys]] of Object.entries(SECRETS))
    test(`secret ${noun}: has its type and keys, and a second time changes nothing`, async () => {
      const line = `secret ${noun} auth-${noun} ${flags}`;
      assert.equal((await create(line)).action, 'created');
      const made = await secret(`auth-${noun}`);
      assert.equal(readText(made, 'type'), type);
      assert.deepEqual(Object.keys(made?.['data'] ?? {}).sort(), keys);
      assert.equal((await create(`${line} --label=team=a`)).action, 'updated');
      assert.equal((await create(line)).action, 'unchanged');
      const later = await secret(`auth-${noun}`);
      assert.deepEqual(later?.['data'], made?.['data']);
      assert.equal(later?.metadata.labels?.['team'], 'a');
    });

  test('a Secret keeps its type and the keys it had, and both are told', async () => {
    await create('secret tls mixed --ca-crt-file=ca.crt');
    const run = await world.run(`create secret helm mixed -n ${world.namespace} -u robot -p PW-s3cret`.split(' '));
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /its type stays Opaque/);
    assert.match(run.stderr, /keys that it had before are still in it: ca\.crt/);
  });

  test('where no controller runs, that is said, and a kind without one is ready at once', async () => {
    const source = await world.run(
      `create source oci alone -n ${world.namespace} --url=oci://x.example.com/y --tag=1`.split(' '),
    );
    assert.match(source.stderr, /no source-controller seems to run .*stored, not reconciled yet/);
    for (const line of ['alert-provider alone --type=generic', 'source helm alone --url=oci://x.example.com/charts']) {
      const run = await world.run(`create ${line} -n ${world.namespace}`.split(' '));
      assert.match(run.stderr, /✔ (Provider|HelmRepository) alone is ready/);
    }
  });

  test('what the API server refuses is an error, and nothing is said to be created', async () => {
    const run = await world.run(`create alert-provider wrong -n ${world.namespace} --type=bogus`.split(' '));
    assert.equal(run.code, 1);
    assert.match(run.stderr, /--type=bogus is not known to Flux 2\.9/);
    assert.match(run.stderr, /✗ .*bogus/);
    assert.doesNotMatch(run.stderr, /created/);
  });
});
