import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { kindNamed } from '../../../../../src/lib/core/kinds.ts';
import { resumeObjects, suspendObjects } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from './flux-objects.ts';
import { keptStory, memoryStore } from './memory-store.ts';

const web = fluxObject(KUSTOMIZATION, 'web');
const api = fluxObject(KUSTOMIZATION, 'api');
const select = (...names: string[]) => ({ namespace: 'apps', names, all: false });
const ALL = { namespace: 'apps', names: [], all: true };
const signal = new AbortController().signal;

describe('suspendObjects()', () => {
  test('suspends those that are named', async () => {
    const store = memoryStore([web, api]);
    const story = keptStory();
    const changes = await suspendObjects(KUSTOMIZATION, select('web'), store.kube, story);
    assert.deepEqual(changes, [{ namespace: 'apps', name: 'web', kind: 'Kustomization', suspended: true }]);
    assert.deepEqual(store.get('Kustomization/apps/web')?.['spec'], { suspend: true });
    assert.deepEqual(store.writes, ['patch Kustomization/apps/web']);
    assert.deepEqual(story.told, ['► suspending kustomization web in apps namespace', '✔ kustomization suspended']);
  });

  test('suspends all of a namespace', async () => {
    const store = memoryStore([web, api]);
    assert.equal((await suspendObjects(KUSTOMIZATION, ALL, store.kube, keptStory())).length, 2);
  });

  test('changes nothing where one name is missing: objects/not-found', async () => {
    const store = memoryStore([web]);
    await assert.rejects(suspendObjects(KUSTOMIZATION, select('web', 'nope'), store.kube, keptStory()), {
      code: 'objects/not-found',
      message: 'Kustomization nope not found in apps namespace',
    });
    assert.deepEqual(store.writes, []);
  });

  test('names all that are missing', async () => {
    await assert.rejects(suspendObjects(KUSTOMIZATION, select('a', 'b'), memoryStore().kube, keptStory()), (error) => {
      assert.ok(isFluxError(error, 'objects/not-found'));
      assert.deepEqual(
        error.errors.map(({ message }) => message),
        ['Kustomization a not found in apps namespace', 'Kustomization b not found in apps namespace'],
      );
      return true;
    });
  });

  test('wants a name or all: objects/name-missing', async () => {
    await assert.rejects(suspendObjects(KUSTOMIZATION, select(), memoryStore().kube, keptStory()), {
      code: 'objects/name-missing',
    });
    await assert.rejects(suspendObjects(KUSTOMIZATION, ALL, memoryStore().kube, keptStory()), { code: 'objects/not-found' });
  });
});

describe('resumeObjects()', () => {
  const suspended = (name: string, status = readyStatus('True')) =>
    fluxObject(KUSTOMIZATION, name, { spec: { suspend: true }, status });

  test('takes the field away, and does not wait unless told to', async () => {
    const store = memoryStore([suspended('web')]);
    const { changes, error } = await resumeObjects(KUSTOMIZATION, select('web'), store.kube, {
      progress: keptStory(),
      wait: false,
      signal,
    });
    assert.equal(error, undefined);
    assert.deepEqual(changes, [{ namespace: 'apps', name: 'web', kind: 'Kustomization', suspended: false }]);
    assert.deepEqual(store.get('Kustomization/apps/web')?.['spec'], {});
  });

  test('writes nothing where nothing is suspended', async () => {
    const store = memoryStore([web]);
    await resumeObjects(KUSTOMIZATION, select('web'), store.kube, { progress: keptStory(), wait: false, signal });
    assert.deepEqual(store.writes, []);
  });

  test('waits until all are ready, and tells of those that are not: objects/failed', async () => {
    const store = memoryStore([suspended('web'), suspended('api', readyStatus('False', 'no such file'))]);
    const { changes, error } = await resumeObjects(KUSTOMIZATION, select('web', 'api'), store.kube, {
      progress: keptStory(),
      wait: true,
      signal,
    });
    assert.deepEqual(
      changes.map(({ name, ready, message }) => [name, ready, message]),
      [
        ['web', true, 'applied revision main@sha1:abc'],
        ['api', false, "Kustomization reconciliation failed: 'no such file'"],
      ],
    );
    assert.equal(error?.code, 'objects/failed');
    assert.equal(error?.errors.length, 1);
  });

  test('waits neither for an alert nor for an OCI Helm repository: nothing reconciles them', async () => {
    const options = { progress: keptStory(), wait: true, signal };
    const alert = kindNamed('Alert');
    await resumeObjects(alert, select('chat'), memoryStore([fluxObject(alert, 'chat')]).kube, options);
    const helm = kindNamed('HelmRepository');
    const oci = fluxObject(helm, 'oci', { spec: { type: 'oci', suspend: true } });
    assert.deepEqual((await resumeObjects(helm, select('oci'), memoryStore([oci]).kube, options)).error, undefined);
  });
});
