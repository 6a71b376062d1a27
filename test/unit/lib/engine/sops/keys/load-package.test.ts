import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { importPackage, loadPackage } from '../../../../../../src/lib/engine/sops/keys/load-package.ts';

test('loadPackage() names the package to install', async () => {
  await assert.rejects(loadPackage('@example-test/not-installed', importPackage), (error) => {
    assert.ok(isFluxError(error, 'sops/package-missing'));
    assert.equal(error.hint, 'npm install @example-test/not-installed');
    return true;
  });
  assert.equal(typeof (await loadPackage<typeof import('js-yaml')>('js-yaml', importPackage)).load, 'function');
});
