import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import { checkSyncPath, readSync } from '../../../../../src/lib/features/bootstrap/read-sync.ts';
import { makeObject } from '../install/scripted-ports.ts';
import { makeWorld } from './scripted-world.ts';

const live = { ...makeObject('Kustomization', 'flux-system', 'flux-system'), spec: { path: './a' } };

describe('readSync()', () => {
  it('finds nothing in a new cluster, with or without definitions', async () => {
    assert.deepEqual(await readSync('flux-system', makeWorld({ objects: [] }).world), { applied: false });
    const errors = { 'get Kustomization/flux-system/flux-system': new FluxError('kube/unknown-kind', 'no matches') };
    assert.deepEqual(await readSync('flux-system', makeWorld({ objects: [], errors }).world), { applied: false });
  });

  it('tells whether the Kustomization has applied anything', async () => {
    assert.deepEqual(await readSync('flux-system', makeWorld({ objects: [live] }).world), { path: './a', applied: false });
    const applied = { ...live, status: { lastAppliedRevision: 'main@sha1:abc' } };
    assert.deepEqual(await readSync('flux-system', makeWorld({ objects: [applied] }).world), { path: './a', applied: true });
  });

  it('does not take a refusal for nothing', async () => {
    const errors = { 'get Kustomization/flux-system/flux-system': new FluxError('kube/forbidden', 'no') };
    const reading = readSync('flux-system', makeWorld({ objects: [], errors }).world);
    await assert.rejects(reading, (error) => isFluxError(error, 'kube/forbidden'));
  });
});

describe('checkSyncPath()', () => {
  it('takes the same path in any form, and a new cluster', () => {
    checkSyncPath({ applied: false }, 'a');
    checkSyncPath({ path: './a/', applied: true }, 'a');
    checkSyncPath({ path: '', applied: true }, './');
  });

  it('refuses another path', () => {
    assert.throws(
      () => checkSyncPath({ path: './a', applied: true }, 'b'),
      (error) => {
        assert.ok(isFluxError(error, 'bootstrap/path-differs'));
        assert.equal(error.message, 'sync path configuration ("./b") would overwrite path ("./a") of existing Kustomization');
        return true;
      },
    );
  });
});
