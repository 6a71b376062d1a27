import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { canonicalAddress, chooseServer } from '../../../../../src/lib/engine/cloud/choose-server.ts';

it('canonicalAddress() writes hosts and URLs in one form, and only https', () => {
  assert.equal(canonicalAddress('Example.com'), 'https://example.com:443');
  assert.equal(canonicalAddress('https://example.com:6443/path'), 'https://example.com:6443');
  assert.equal(canonicalAddress('10.0.0.1'), 'https://10.0.0.1:443');
  for (const address of ['http://example.com', 'https://user@example.com', 'https://']) {
    assert.throws(
      () => canonicalAddress(address),
      (error) => isFluxError(error, 'cloud/bad-address'),
      address,
    );
  }
});

it('chooseServer() takes what the cloud knows', () => {
  const endpoints = ['10.0.0.1', '', 'https://gke.test:443'];
  assert.equal(chooseServer('', endpoints, 'c'), 'https://10.0.0.1:443');
  assert.equal(chooseServer('GKE.test', endpoints, 'c'), 'https://gke.test:443');
  assert.throws(
    () => chooseServer('gke.test:6443', endpoints, 'c'),
    (error) => isFluxError(error, 'cloud/foreign-address'),
  );
  assert.throws(
    () => chooseServer('', [''], 'c'),
    (error) => isFluxError(error, 'cloud/foreign-address'),
  );
});
