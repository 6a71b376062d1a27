import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import type { Remote } from '../../../../../../src/lib/engine/git/index.ts';
import { resolveSubmoduleRemote } from '../../../../../../src/lib/engine/git/submodules/resolve-submodule-remote.ts';

const auth = { kind: 'basic', username: 'u', password: 'p', caFile: 'CA' } as const;
const parent: Remote = { url: 'https://host:8443/org/app.git', auth, proxy: { url: 'http://proxy:1' } };
const key = { kind: 'ssh', identity: 'KEY', knownHosts: 'HOSTS', username: 'git' } as const;

test('resolveSubmoduleRemote() takes a relative URL from that of the repository', () => {
  const urlOf = (url: string, from = parent.url) => resolveSubmoduleRemote({ ...parent, url: from }, url).url;
  assert.equal(urlOf('../lib.git'), 'https://host:8443/org/lib.git');
  assert.equal(urlOf('../../other/lib'), 'https://host:8443/other/lib');
  assert.equal(urlOf('../../../../x'), 'https://host:8443/x');
  assert.equal(urlOf('./sub'), 'https://host:8443/org/app.git/sub');
  assert.equal(urlOf('../lib', 'ssh://git@host/org/app'), 'ssh://git@host/org/lib');
  assert.deepEqual(resolveSubmoduleRemote(parent, '../lib.git').auth, auth);
});

test('resolveSubmoduleRemote() sends a login only to the host it was given for', () => {
  const authOf = (url: string) => resolveSubmoduleRemote(parent, url).auth;
  assert.deepEqual(authOf('https://host:8443/x'), auth);
  for (const url of ['https://host/x', 'https://host.evil:8443/x', 'http://host:8443/x', 'https://other:8443/x']) {
    assert.equal(authOf(url), undefined, url);
  }
  assert.deepEqual(resolveSubmoduleRemote(parent, 'https://other/x').proxy, parent.proxy);
});

test('resolveSubmoduleRemote() uses an SSH key for every SSH URL, in either form', () => {
  const from: Remote = { url: 'ssh://git@host/org/app', auth: key };
  assert.deepEqual(resolveSubmoduleRemote(from, 'git@other:org/lib.git'), { url: 'ssh://git@other/org/lib.git', auth: key });
  assert.deepEqual(resolveSubmoduleRemote(from, 'git@other:2222:org/lib'), { url: 'ssh://git@other:2222/org/lib', auth: key });
  assert.deepEqual(resolveSubmoduleRemote(from, 'https://host/lib'), { url: 'https://host/lib' });
});

test('resolveSubmoduleRemote() refuses paths of this machine, other schemes, and SSH without a key', () => {
  for (const url of ['/etc', 'git@host:x', 'ssh://git@host/x']) {
    assert.throws(
      () => resolveSubmoduleRemote(parent, url),
      (error) => isFluxError(error, 'git/invalid-submodule'),
      url,
    );
  }
  for (const url of ['file:///etc', 'ext::sh://x']) assert.throws(() => resolveSubmoduleRemote(parent, url), isFluxError, url);
});
