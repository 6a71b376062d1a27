import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonValue } from '../../../../../src/lib/core/json.ts';
import { listFullPages } from '../../../../../src/lib/engine/forge/list-pages.ts';

/** A forge with so many things, and what it was asked. */
function forgeOf(count: number) {
  const asked: string[] = [];
  const get = (path: string) => {
    asked.push(path);
    const page = Number(/&page=(\d+)/.exec(path)?.[1] ?? 1);
    const ids = Array.from({ length: count }, (_, id) => id).slice((page - 1) * 100, page * 100);
    return Promise.resolve({ value: ids.map((id) => ({ id })) as JsonValue, headers: {} });
  };
  return { asked, get };
}

it('listFullPages() asks once where a page is not full', async () => {
  const forge = forgeOf(99);
  assert.equal((await listFullPages(forge, 'repos/a/b/keys')).length, 99);
  assert.deepEqual(forge.asked, ['repos/a/b/keys?per_page=100']);
});

it('listFullPages() goes on until one is not full, and keeps a query', async () => {
  const forge = forgeOf(200);
  const found = await listFullPages(forge, 'projects/4/deploy_tokens?active=true');
  assert.deepEqual([found.length, found.at(-1)], [200, { id: 199 }]);
  const first = 'projects/4/deploy_tokens?active=true&per_page=100';
  assert.deepEqual(forge.asked, [first, `${first}&page=2`, `${first}&page=3`]);
});
