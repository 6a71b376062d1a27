import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kindNamed } from '../../../../../src/lib/core/kinds.ts';
import { exportObjects } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, readyStatus } from './flux-objects.ts';
import { memoryStore } from './memory-store.ts';

const GIT = kindNamed('GitRepository');
const fleet = fluxObject(GIT, 'fleet', {
  spec: { url: 'https://example.com/fleet', secretRef: { name: 'auth' } },
  status: readyStatus('True'),
});
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'auth', namespace: 'apps', uid: 'u', resourceVersion: '1' },
  data: { password: 'cHc=' },
};

describe('exportObjects()', () => {
  test('gives what the user wrote', async () => {
    assert.deepEqual(
      await exportObjects(GIT, { namespace: 'apps', name: 'fleet', all: false }, memoryStore([fleet, secret]).kube),
      [
        {
          apiVersion: 'source.toolkit.fluxcd.io/v1',
          kind: 'GitRepository',
          metadata: { name: 'fleet', namespace: 'apps' },
          spec: { url: 'https://example.com/fleet', secretRef: { name: 'auth' } },
        },
      ],
    );
  });

  test('adds the secret only where asked', async () => {
    const objects = await exportObjects(
      GIT,
      { namespace: 'apps', all: true, withCredentials: true },
      memoryStore([fleet, secret]).kube,
    );
    assert.deepEqual(objects[1], {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'auth', namespace: 'apps' },
      data: { password: 'cHc=' },
    });
  });

  test('wants a name or all: objects/name-missing', async () => {
    await assert.rejects(exportObjects(GIT, { namespace: 'apps', all: false }, memoryStore().kube), {
      code: 'objects/name-missing',
      hint: 'or export every one with --all',
    });
  });

  test('finds nothing: objects/not-found', async () => {
    await assert.rejects(exportObjects(GIT, { namespace: 'apps', all: true }, memoryStore().kube), { code: 'objects/not-found' });
  });
});
