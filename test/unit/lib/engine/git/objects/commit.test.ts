import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { formatCommit, parseCommit } from '../../../../../../src/lib/engine/git/objects/commit.ts';

const tree = '1'.repeat(40);
const parent = '2'.repeat(40);
const author = { name: 'Ada L.', email: 'ada@example.com', timeSeconds: 1_700_000_000, timezone: '+0200' };

test('parseCommit() reads back what formatCommit() writes', () => {
  const bytes = formatCommit({ tree, parents: [parent], author, committer: author, message: 'Subject\n\nBody\n' });
  const commit = parseCommit('id', bytes);
  assert.deepEqual(commit, {
    id: 'id',
    tree,
    parents: [parent],
    author,
    committer: author,
    message: 'Subject\n\nBody\n',
    subject: 'Subject',
  });
});

test('parseCommit() splits the signature from what it covers', () => {
  const init = { tree, parents: [], author, committer: author, message: 'Signed\n' };
  const signature = '-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----';
  const commit = parseCommit('id', formatCommit({ ...init, signature: `${signature}\n` }));
  assert.equal(commit.signature, signature);
  assert.deepEqual(Buffer.from(commit.signedPayload ?? []), formatCommit(init));
});

test('parseCommit() refuses a commit without tree', () => {
  assert.throws(
    () => parseCommit('id', Buffer.from('author x <y> 0 +0000\n\nm')),
    (error) => isFluxError(error, 'git/corrupt-data'),
  );
});
