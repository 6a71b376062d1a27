import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { emitYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import {
  buildKustomization,
  formatManifests,
  type KustomizationBuildOptions,
  type KustomizationBuildWorld,
} from '../../../../../src/lib/features/build/index.ts';

const OPTIONS: KustomizationBuildOptions = {
  namespace: 'flux-system',
  name: 'web',
  path: './deploy',
  file: 'web.yaml',
  dryRun: true,
  strictSubstitution: false,
  ignorePaths: [],
  recursive: false,
  localSources: {},
};

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {region: "${region}"}\n';

/** A Kustomization as a file has it. */
function kustomization(
  spec: JsonObject,
  metadata: JsonObject = { name: 'web', namespace: 'flux-system' },
  version = 'v1',
): string {
  return emitYaml({
    apiVersion: `kustomize.toolkit.fluxcd.io/${version}`,
    kind: 'Kustomization',
    metadata,
    spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'web' }, ...spec },
  });
}

interface World extends KustomizationBuildWorld {
  readonly warnings: string[];
  readonly asked: string[];
}

/** A disk and a cluster in memory; without objects the cluster must not be asked. */
function makeWorld(files: Record<string, string>, objects?: readonly K8sObject[]): World {
  const warnings: string[] = [];
  const asked: string[] = [];
  return {
    warnings,
    asked,
    cwd: '/repo',
    openFolder: () =>
      Promise.resolve(fromMemory(Object.fromEntries(Object.entries(files).map(([path, text]) => [`repo/${path}`, text])))),
    readTextFile(path) {
      const text = files[path];
      return text === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(text);
    },
    openCluster() {
      if (objects === undefined) return Promise.reject(new Error('the cluster was asked'));
      return Promise.resolve({
        get(ref: ObjectRef) {
          asked.push(`${ref.kind}/${ref.namespace}/${ref.name}`);
          return Promise.resolve(
            objects.find(
              ({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name && metadata.namespace === ref.namespace,
            ),
          );
        },
      });
    },
    progress: { ...SILENT, warning: (text) => void warnings.push(text) },
  };
}

function build(
  spec: JsonObject,
  options: Partial<KustomizationBuildOptions> = {},
  files: Record<string, string> = {},
): Promise<K8sObject[]> {
  const world = makeWorld({ 'deploy/cm.yaml': CONFIG_MAP, 'web.yaml': kustomization(spec), ...files });
  return buildKustomization({ ...OPTIONS, ...options }, world);
}

const names = (objects: readonly K8sObject[]): string[] => objects.map(({ metadata }) => metadata.name);

describe('buildKustomization()', () => {
  test('sets owner labels, and common metadata over them', async () => {
    const [object] = await build({
      commonMetadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'mine' }, annotations: { a: 'b' } },
    });
    assert.deepEqual(object?.metadata, {
      name: 'web',
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'mine', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      annotations: { a: 'b' },
    });
  });

  test('substitutes only where there are variables, or where the strategy says always', async () => {
    const region = async (postBuild: JsonObject): Promise<unknown> => readPath((await build({ postBuild }))[0], 'data', 'region');
    assert.equal(await region({ substitute: { region: 'eu\n' } }), 'eu');
    assert.equal(await region({ substitute: {} }), '${region}');
    assert.equal(await region({ substituteStrategy: 'Always' }), null);
  });

  test('never asks the cluster in a dry run, nor where nothing of it is needed', async () => {
    await build({ postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] } });
    await build({ postBuild: { substitute: { region: 'eu' } } }, { dryRun: false });
  });

  test('reads the spec and the variables from the cluster', async () => {
    const live: K8sObject = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'web', namespace: 'flux-system' },
      spec: {
        namePrefix: 'live-',
        postBuild: {
          substitute: { b: '2' },
          substituteFrom: [
            { kind: 'ConfigMap', name: 'vars' },
            { kind: 'ConfigMap', name: 'absent', optional: true },
            { kind: 'Secret', name: 'vars' },
          ],
        },
      },
    };
    const vars = (kind: string, data: JsonObject): K8sObject => ({
      apiVersion: 'v1',
      kind,
      metadata: { name: 'vars', namespace: 'flux-system' },
      data,
    });
    const files = {
      'deploy/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {all: "a=${a} b=${b} c=${c}"}\n',
    };
    const world = makeWorld(files, [live, vars('ConfigMap', { a: '1', b: '1', c: '1' }), vars('Secret', { c: 'Mw==' })]);
    const [object] = await buildKustomization({ ...OPTIONS, file: '', dryRun: false }, world);
    assert.equal(object?.metadata.name, 'live-web');
    assert.deepEqual(object?.['data'], { all: 'a=1 b=2 c=3' });
    assert.deepEqual(world.asked, [
      'Kustomization/flux-system/web',
      'ConfigMap/flux-system/vars',
      'ConfigMap/flux-system/absent',
      'Secret/flux-system/vars',
    ]);
  });

  test('leaves out what the ignore rules say, of files found and of files listed', async () => {
    const files = {
      'deploy/.sourceignore': 'skip.yaml\nsub/\n!sub/kept.yaml\n',
      'deploy/skip.yaml': 'no: manifest\n',
      'deploy/.sops.yaml': 'creation_rules: []\n',
      'deploy/sub/out.yaml': 'no: manifest\n',
      'deploy/sub/kept.yaml': CONFIG_MAP.replace('name: web', 'name: kept'),
      'deploy/more/cm.yaml': CONFIG_MAP.replace('name: web', 'name: more'),
    };
    assert.deepEqual(names(await build({}, {}, files)), ['web', 'more', 'kept']);
    assert.deepEqual(names(await build({}, { ignorePaths: ['/more', '!skip.yaml', 'skip.yaml'] }, files)), ['web', 'kept']);
    const listed = { ...files, 'deploy/kustomization.yaml': 'resources: [cm.yaml, skip.yaml, more/cm.yaml]\n' };
    assert.deepEqual(names(await build({}, {}, listed)), ['web', 'more']);
    await assert.rejects(build({}, { ignorePaths: ['*.yaml'] }, listed), { code: 'kustomize/invalid-kustomization' });
  });

  test('takes the document with that name, upgrades it with warnings, and gives it the namespace of the command', async () => {
    const old = kustomization({ validation: 'client', namePrefix: 'old-' }, { name: 'web' }, 'v1beta2');
    const others = [kustomization({}, { name: 'other' }), kustomization({}, { name: 'web', namespace: 'apps' }), CONFIG_MAP];
    const world = makeWorld({ 'deploy/cm.yaml': CONFIG_MAP, 'web.yaml': [...others, old].join('---\n') });
    const [object] = await buildKustomization(OPTIONS, world);
    assert.equal(object?.metadata.name, 'old-web');
    assert.equal(object?.metadata.labels?.['kustomize.toolkit.fluxcd.io/namespace'], 'flux-system');
    assert.equal(world.warnings.length, 2, world.warnings.join('\n'));
    assert.match(world.warnings[0] ?? '', /^web\.yaml: Kustomization\/flux-system\/web is .*v1beta2, read as .*\/v1$/);
    assert.match(world.warnings[1] ?? '', /spec\.validation dropped/);
  });

  test('builds nested Kustomizations as the build has them, each once', async () => {
    const inner = kustomization(
      { path: './inner', sourceRef: { kind: 'OCIRepository', name: 'lib' } },
      { name: 'inner', namespace: 'apps' },
    );
    const files = {
      'deploy/cm.yaml': CONFIG_MAP,
      'deploy/self.yaml': kustomization({}),
      'deploy/inner.yaml': inner,
      'lib/inner/cm.yaml': CONFIG_MAP,
      'lib/inner/kustomization.yaml': 'resources: [cm.yaml, back.yaml]\n',
      'lib/inner/back.yaml': kustomization({}),
    };
    const options = { recursive: true, localSources: { 'OCIRepository/apps/lib': 'lib' } };
    const objects = await build({}, options, files);
    assert.deepEqual(names(objects), ['web', 'inner', 'web', 'web', 'web']);
    assert.equal(objects[4]?.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'], 'inner');
    await assert.rejects(build({}, { recursive: true }, files), {
      code: 'build/no-local-source',
      message: 'cannot get local path for OCIRepository/apps/lib of kustomization inner',
    });
  });

  test('leaves out what configures kustomize', async () => {
    const files = { 'deploy/k.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\n' };
    assert.deepEqual(names(await build({}, {}, files)), ['web']);
  });

  test('refuses what cannot be built', async () => {
    const refused = (
      spec: JsonObject,
      options: Partial<KustomizationBuildOptions>,
      code: string,
      message: string | RegExp,
    ): Promise<void> => assert.rejects(build(spec, options), { code, message });
    await refused({}, { path: 'nowhere' }, 'build/bad-path', 'invalid resource path "/repo/nowhere"');
    await refused({}, { path: '' }, 'build/bad-path', 'invalid resource path ""');
    await refused({}, { path: 'web.yaml' }, 'build/bad-path', 'invalid resource path "/repo/web.yaml"');
    await refused({}, { file: '' }, 'build/file-missing', 'dry-run mode requires a kustomization file');
    await refused({}, { file: 'none.yaml' }, 'build/bad-file', 'invalid kustomization file "none.yaml"');
    await refused({}, { name: 'other' }, 'build/kustomization-not-found', /failed find kustomization with name 'other'/);
    const missing = makeWorld({ 'deploy/cm.yaml': CONFIG_MAP }, []);
    await assert.rejects(buildKustomization({ ...OPTIONS, file: '', dryRun: false }, missing), {
      code: 'build/kustomization-not-found',
      message: 'failed to get kustomization object: kustomizations.kustomize.toolkit.fluxcd.io "web" not found',
    });
  });

  test('names the object in what is wrong with variables', async () => {
    const refused = (postBuild: JsonObject, code: string, message: string | RegExp): Promise<void> =>
      assert.rejects(build({ postBuild }, { strictSubstitution: true }), { code, message });
    const start = "var substitution failed for 'web': envsubst error: ";
    await refused(
      { substitute: { '1x': '' } },
      'build/bad-variable-name',
      `${start}'1x' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
    );
    await refused(
      { substitute: { other: '' } },
      'envsubst/missing-variable',
      `${start}variable substitution failed: variable not set (strict mode): "region"`,
    );
    await refused(
      { substitute: { region: '"a": [' } },
      'yaml/invalid',
      /^var substitution failed for 'web': envsubst error: YAMLToJSON: /,
    );
    const breaking = { 'deploy/cm.yaml': CONFIG_MAP.replace('name: web', 'name: "${name}"') };
    await assert.rejects(build({ postBuild: { substitute: { name: '1' } } }, {}, breaking), { code: 'build/broken-object' });
    const world = makeWorld(
      {
        'deploy/cm.yaml': CONFIG_MAP,
        'web.yaml': kustomization({ postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] } }),
      },
      [],
    );
    await assert.rejects(buildKustomization({ ...OPTIONS, dryRun: false }, world), {
      code: 'build/variables-not-found',
      message: "substitute from 'ConfigMap/vars' error: ConfigMap/flux-system/vars not found",
    });
  });

  test('says which field of a spec has the wrong type: build/invalid-kustomization', async () => {
    const refused = (spec: JsonObject, message: string): Promise<void> =>
      assert.rejects(build(spec), {
        code: 'build/invalid-kustomization',
        message: `web.yaml: Kustomization/flux-system/web: ${message}`,
      });
    await refused({ patches: 'x' }, 'spec.patches is a text, wanted a list');
    await refused({ patches: [{ target: [] }] }, 'spec.patches[0].target is a list, wanted a map');
    await refused({ components: [7] }, 'spec.components[0] is 7, wanted a text');
    await refused({ postBuild: { substitute: { n: 7 } } }, 'spec.postBuild.substitute.n is 7, wanted a text');
    await refused({ images: [null] }, 'spec.images[0] is a text, wanted a map');
    await refused({ ignoreMissingComponents: 'yes' }, 'spec.ignoreMissingComponents is a text, wanted true or false');
  });
});

describe('formatManifests()', () => {
  test('ends each document with a line of dashes', () => {
    const object: K8sObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n---\n';
    assert.equal(formatManifests([object, object]), text + text);
    assert.equal(formatManifests([]), '');
  });
});
