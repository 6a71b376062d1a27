import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { COMPONENTS, DEFAULT_COMPONENTS } from '../../../../../src/lib/features/install/components.ts';

const root = new URL('../../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('COMPONENTS', () => {
  it('has the four defaults first', () => {
    assert.deepEqual(DEFAULT_COMPONENTS, [
      'source-controller',
      'kustomize-controller',
      'helm-controller',
      'notification-controller',
    ]);
  });

  it('has a base and definitions for each, and no others are there', () => {
    const names = COMPONENTS.map(({ name }) => name).toSorted();
    assert.deepEqual(readdirSync(new URL('manifests/controllers', root)).toSorted(), names);
    assert.deepEqual(readdirSync(new URL('manifests/crds', root)).toSorted(), names);
  });

  const built = COMPONENTS.filter(({ name }) => existsSync(new URL(`tools/${name}/go.mod`, root)));
  // A dependency of the newest source-controller is not served by the module proxy.
  for (const { name, version } of built.filter(({ name }) => name !== 'source-controller')) {
    it(`has the version of the ${name} that tests run`, () => {
      assert.match(read(`tools/${name}/go.mod`), new RegExp(`require github\\.com/fluxcd/${name} ${version}\n`));
    });
  }

  for (const { name, version } of COMPONENTS) {
    it(`has the version of the image of ${name}`, () => {
      assert.match(read(`manifests/controllers/${name}/kustomization.yaml`), new RegExp(`newTag: ${version}\n`));
    });

    it(`has the version of the Go module of ${name}`, () => {
      const module = new RegExp(`github\\.com/fluxcd/${name}/api(?:/v\\d+)? ${version}\\b`);
      assert.match(read('tools/crds/go.mod'), module);
    });
  }
});
