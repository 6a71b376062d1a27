import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../../src/lib/cli/nearest.ts';

test('nearest() finds the word that was meant', () => {
  const words = ['kustomization', 'helmrelease', 'source', 'tenant'];
  assert.equal(nearest('kustomizaton', words), 'kustomization');
  assert.equal(nearest('tenat', words), 'tenant');
  assert.equal(nearest('surce', words), 'source');
});

test('nearest() takes the beginning of a word for the word', () => {
  assert.equal(nearest('kust', ['kustomization', 'rust']), 'kustomization');
  assert.equal(nearest('al', ['as', 'all-namespaces', 'all']), 'all');
});

test('nearest() takes two letters that changed places for one mistake', () => {
  assert.equal(nearest('gti', ['oci', 'git']), 'git');
});

test('nearest() finds nothing where nothing is near', () => {
  assert.equal(nearest('frobnicate', ['get', 'create']), undefined);
  assert.equal(nearest('x', ['y']), undefined);
  assert.equal(nearest('', ['get']), undefined);
  assert.equal(nearest('xml', ['yaml']), undefined);
  assert.equal(nearest('get', []), undefined);
});
