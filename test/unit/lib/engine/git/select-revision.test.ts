import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { formatRevision, selectRevision } from '../../../../../src/lib/engine/git/select-revision.ts';
import type { GitRef, RemoteRefs } from '../../../../../src/lib/engine/git/types.ts';

const id = (digit: string) => digit.repeat(40);
const listed: RemoteRefs = {
  refs: new Map([
    ['refs/heads/main', id('1')],
    ['refs/heads/master', id('2')],
    ['refs/tags/v1.0.0', id('a')],
    ['refs/tags/v1.2.0', id('4')],
    ['refs/tags/v1.2.0+build', id('5')],
    ['refs/tags/1.9', id('6')],
    ['refs/tags/v2.0.0-rc.1', id('7')],
    ['refs/pull/1/head', id('8')],
  ]),
  peeled: new Map([['refs/tags/v1.0.0', id('3')]]),
};

const revisionOf = (ref: GitRef): string => {
  const selection = selectRevision(listed, ref);
  return 'revision' in selection ? selection.revision.revision : selection.tied.map((one) => one.revision).join(' ');
};
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return '';
  } catch (error) {
    return isFluxError(error) ? error.code : String(error);
  }
};

test('selectRevision() takes commit before name before tag before semver before branch', () => {
  const all = { commit: id('9'), name: 'refs/pull/1/head', tag: 'v1.0.0', semver: '2.0.0-0', branch: 'main' };
  assert.equal(revisionOf(all), `refs/pull/1/head@sha1:${id('9')}`);
  assert.equal(revisionOf({ ...all, name: '' }), `main@sha1:${id('9')}`);
  assert.equal(revisionOf({ ...all, commit: '' }), `refs/pull/1/head@sha1:${id('8')}`);
  assert.equal(revisionOf({ ...all, commit: '', name: '' }), `v1.0.0@sha1:${id('3')}`);
  assert.equal(revisionOf({ semver: '>=2.0.0-0', branch: 'main' }), `v2.0.0-rc.1@sha1:${id('7')}`);
  assert.equal(revisionOf({ branch: 'main' }), `main@sha1:${id('1')}`);
  assert.equal(revisionOf({}), `master@sha1:${id('2')}`);
});

test('selectRevision() leads from an annotated tag to its commit', () => {
  const selection = selectRevision(listed, { name: 'refs/tags/v1.0.0' });
  assert.deepEqual(selection, {
    revision: { commit: id('3'), revision: `refs/tags/v1.0.0@sha1:${id('3')}`, refName: 'refs/tags/v1.0.0', tagId: id('a') },
  });
  assert.equal(revisionOf({ name: 'refs/tags/v1.0.0^{}' }), `refs/tags/v1.0.0^{}@sha1:${id('3')}`);
});

test('selectRevision() counts only tags with two dots, and leaves pre-releases out unless asked', () => {
  assert.equal(revisionOf({ semver: '>=1.0.0' }), `v1.2.0@sha1:${id('4')} v1.2.0+build@sha1:${id('5')}`);
  assert.equal(revisionOf({ semver: '1.0.x' }), `v1.0.0@sha1:${id('3')}`);
});

test('selectRevision() names what is wrong', () => {
  assert.equal(
    codeOf(() => selectRevision({ refs: new Map(), peeled: new Map() }, {})),
    'git/empty-repository',
  );
  assert.equal(
    codeOf(() => revisionOf({ branch: 'x' })),
    'git/ref-not-found',
  );
  assert.equal(
    codeOf(() => revisionOf({ tag: 'x' })),
    'git/ref-not-found',
  );
  assert.equal(
    codeOf(() => revisionOf({ name: 'refs/heads/x' })),
    'git/ref-not-found',
  );
  assert.equal(
    codeOf(() => revisionOf({ name: '/refs/heads/main' })),
    'git/invalid-ref',
  );
  assert.equal(
    codeOf(() => revisionOf({ commit: 'abc' })),
    'git/invalid-ref',
  );
  assert.equal(
    codeOf(() => revisionOf({ semver: 'latest' })),
    'git/invalid-semver',
  );
  assert.equal(
    codeOf(() => revisionOf({ semver: '>3' })),
    'git/semver-no-match',
  );
});

test('formatRevision() writes a bare commit without a name', () => {
  assert.equal(formatRevision('', id('1')), `sha1:${id('1')}`);
});
