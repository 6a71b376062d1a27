import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { isJsonObject, type JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { type ScriptedWorld, scriptWorld } from './scripted-source.ts';

// Every field of the definition has to do something here, or to be refused with a reason, or to have none in a single run.

const CRD = new URL('../../../../../manifests/crds/source-controller/gitrepositories.yaml', import.meta.url);
const FILES = { 'deploy/a.yaml': 'a', 'docs/b.md': 'b' };

const secret = (name: string, data: Readonly<Record<string, string>>): K8sObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'apps' },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
});
const SECRETS = [
  secret('login', { username: 'user', password: 'word' }),
  secret('proxy', { address: 'http://proxy:3128' }),
  secret('app', { githubAppID: '1', githubAppInstallationID: '2', githubAppPrivateKey: 'KEY' }),
];

interface Run {
  readonly world: ScriptedWorld;
  readonly outcome: string;
  readonly reason: string;
}

/** Runs a source with a spec, and one of which it may include the files. */
async function run(spec: JsonObject): Promise<Run> {
  const world = scriptWorld(FILES, SECRETS);
  await world.run('lib', {});
  const { outcome } = await world.run('app', spec);
  const conditions = world.status('app')['conditions'];
  const ready = Array.isArray(conditions) ? conditions.filter(isJsonObject).find(({ type }) => type === 'Ready') : undefined;
  return { world, outcome, reason: String(ready?.['reason'] ?? '') };
}

const lastCall = ({ world }: Run) => world.calls.at(-1);
const digestOf = ({ world }: Run) => readPath(world.status('app'), 'artifact', 'digest');

/** What shows that a field is heeded. */
const HEEDED: Readonly<Record<string, () => Promise<void>>> = {
  url: async () => assert.equal(lastCall(await run({ url: 'https://host/other' }))?.remote.url, 'https://host/other'),
  'ref.branch': async () => assert.equal(lastCall(await run({ ref: { branch: 'next' } }))?.ref.branch, 'next'),
  'ref.tag': async () => assert.equal(lastCall(await run({ ref: { tag: 'v1' } }))?.ref.tag, 'v1'),
  'ref.semver': async () => assert.equal(lastCall(await run({ ref: { semver: '1.x' } }))?.ref.semver, '1.x'),
  'ref.name': async () => assert.equal(lastCall(await run({ ref: { name: 'refs/x/y' } }))?.ref.name, 'refs/x/y'),
  'ref.commit': async () => assert.equal(lastCall(await run({ ref: { commit: 'c'.repeat(40) } }))?.ref.commit, 'c'.repeat(40)),
  'secretRef.name': async () => {
    const { remote } = lastCall(await run({ secretRef: { name: 'login' } })) ?? {};
    assert.deepEqual(remote?.auth, { kind: 'basic', username: 'user', password: 'word' });
    assert.equal((await run({ secretRef: { name: 'nothing' } })).reason, 'AuthenticationFailed');
  },
  'proxySecretRef.name': async () =>
    assert.deepEqual(lastCall(await run({ proxySecretRef: { name: 'proxy' } }))?.remote.proxy, { url: 'http://proxy:3128' }),
  provider: async () => {
    const { remote } = lastCall(await run({ provider: 'github', secretRef: { name: 'app' } })) ?? {};
    assert.deepEqual(remote?.auth, { kind: 'basic', username: 'x-access-token', password: 'token' });
    for (const provider of ['azure', 'aws']) {
      assert.deepEqual(await verdictOf({ provider }), ['failed', 'AuthenticationFailed', 0], provider);
    }
  },
  serviceAccountName: async () =>
    assert.deepEqual(await verdictOf({ provider: 'aws', serviceAccountName: 'x' }), ['failed', 'FeatureGateDisabled', 0]),
  timeout: async () => assert.equal(lastCall(await run({ timeout: '5s' }))?.timeoutMs, 5000),
  ignore: async () => assert.notEqual(digestOf(await run({ ignore: '*.md' })), digestOf(await run({}))),
  'sparseCheckout[]': async () => assert.notEqual(digestOf(await run({ sparseCheckout: ['docs'] })), digestOf(await run({}))),
  recurseSubmodules: async () => assert.notEqual(digestOf(await run({ recurseSubmodules: true })), digestOf(await run({}))),
  'include[].repository.name': async () => assert.equal(await includedFrom({}), 3),
  'include[].fromPath': async () => assert.equal(await includedFrom({ fromPath: 'nowhere' }), undefined),
  'include[].toPath': async () => assert.equal(await includedFrom({ toPath: 'deploy' }), undefined),
  suspend: async () => assert.equal((await run({ suspend: true })).outcome, 'suspended'),
  'verify.mode': async () =>
    assert.equal((await run({ verify: { mode: 'Tag', secretRef: { name: 'login' } } })).reason, 'InvalidVerificationMode'),
  'verify.secretRef.name': async () =>
    assert.equal((await run({ verify: { secretRef: { name: 'nothing' } } })).reason, 'VerificationError'),
};

/** What has no meaning in a single run, and why. */
const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  interval: 'says when a controller looks again; whoever runs this says when itself',
};

async function verdictOf(spec: JsonObject): Promise<[string, string, number]> {
  const done = await run(spec);
  return [done.outcome, done.reason, done.world.calls.length - 1];
}

/** How many observed fields tell of an include; `undefined` where it failed. */
async function includedFrom(include: JsonObject): Promise<number | undefined> {
  const { world, outcome } = await run({ include: [{ repository: { name: 'lib' }, ...include }] });
  if (outcome !== 'done') return undefined;
  const status = world.status('app');
  return ['observedInclude', 'includedArtifacts', 'artifact'].filter((field) => status[field] !== undefined).length;
}

/** The paths of all leaves below a schema. */
function listFields(schema: unknown, path: string): string[] {
  const properties = readPath(schema as JsonObject, 'properties');
  if (isJsonObject(properties)) {
    return Object.entries(properties).flatMap(([name, inner]) => listFields(inner, path === '' ? name : `${path}.${name}`));
  }
  const items = readPath(schema as JsonObject, 'items');
  return items === undefined ? [path] : listFields(items, `${path}[]`);
}

function fieldsOfCrd(): string[] {
  const crd = parseYaml(readFileSync(CRD, 'utf8')) as JsonObject;
  const versions = readPath(crd, 'spec', 'versions');
  const v1 = Array.isArray(versions) ? versions.find((version) => readPath(version, 'name') === 'v1') : undefined;
  return listFields(readPath(v1, 'schema', 'openAPIV3Schema', 'properties', 'spec'), '');
}

test('every field of a GitRepository is heeded here, or refused, or has a reason to be neither', () => {
  const known = [...Object.keys(HEEDED), ...Object.keys(WITHOUT_MEANING)];
  assert.deepEqual(fieldsOfCrd().toSorted(), known.toSorted());
});

for (const [field, prove] of Object.entries(HEEDED)) test(`reconcileGitRepository() heeds spec.${field}`, prove);
