import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiVersionOf, findKind, kindNamed, KINDS } from '../../../../src/lib/core/kinds.ts';

test('KINDS has each kind, plural and word once', () => {
  for (const member of ['kind', 'plural', 'words', 'getWords'] as const) {
    const values = KINDS.map((kind) => kind[member]);
    assert.equal(new Set(values).size, values.length, member);
  }
});

test('KINDS says how a user names a kind', () => {
  const git = kindNamed('GitRepository');
  assert.deepEqual(
    [git.words, git.getWords, git.human, apiVersionOf(git)],
    ['source git', 'sources git', 'source git', 'source.toolkit.fluxcd.io/v1'],
  );
  assert.deepEqual(kindNamed('Kustomization').aliases, ['ks']);
  assert.equal(kindNamed('ArtifactGenerator').getWords, 'artifacts generators');
});

test('KINDS gives verbs only where a kind has them', () => {
  assert.deepEqual(kindNamed('ExternalArtifact').verbs, ['get', 'export']);
  assert.equal(kindNamed('Alert').verbs.includes('reconcile'), false);
  assert.equal(kindNamed('Alert').reconciled, false);
  for (const kind of KINDS) assert.ok(kind.verbs.includes('get'), kind.kind);
});

test('findKind() looks past the version, kindNamed() refuses a stranger', () => {
  assert.equal(findKind('helm.toolkit.fluxcd.io', 'HelmRelease')?.version, 'v2');
  assert.equal(findKind('apps', 'HelmRelease'), undefined);
  assert.throws(() => kindNamed('Pod'), /no Flux kind is named "Pod"/);
});
