import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { imagesOf, splitImage } from '../../../../../src/lib/features/install/images.ts';

describe('splitImage()', () => {
  it('takes the last part of the name, and the tag', () => {
    assert.deepEqual(splitImage('ghcr.io/fluxcd/source-controller:v1.9.4'), { name: 'source-controller', tag: 'v1.9.4' });
    assert.deepEqual(splitImage('controller:v1'), { name: 'controller', tag: 'v1' });
  });

  it('does not take a port for a tag', () => {
    assert.deepEqual(splitImage('localhost:5000/a/b:v2'), { name: 'b', tag: 'v2' });
    assert.throws(
      () => splitImage('localhost:5000/a/b'),
      (error) => isFluxError(error, 'install/untagged-image'),
    );
  });

  it('keeps a digest behind a tag, and takes a digest alone', () => {
    assert.deepEqual(splitImage('a/b:v2@sha256:00'), { name: 'b', tag: 'v2@sha256:00' });
    assert.deepEqual(splitImage('a/b@sha256:00'), { name: 'b', tag: 'sha256:00' });
  });
});

describe('imagesOf()', () => {
  it('lists the images of all containers', () => {
    const containers = [{ image: 'a:1' }, { image: 'b:2' }];
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: { template: { spec: { containers } } },
    };
    assert.deepEqual(imagesOf(object), ['a:1', 'b:2']);
  });

  it('finds none in an object without containers', () => {
    assert.deepEqual(imagesOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } }), []);
    assert.deepEqual(imagesOf(undefined), []);
  });
});
