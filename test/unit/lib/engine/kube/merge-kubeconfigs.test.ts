import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeKubeconfigs } from '../../../../../src/lib/engine/kube/merge-kubeconfigs.ts';

const first = {
  clusters: { shared: { server: 'https://first' } },
  users: {},
  contexts: { a: { cluster: 'shared' } },
};
const second = {
  currentContext: 'b',
  clusters: { shared: { server: 'https://second', proxyUrl: 'http://proxy' }, own: { server: 'https://own' } },
  users: { me: { token: 't' } },
  contexts: { b: { cluster: 'own' } },
};

test('mergeKubeconfigs() takes an entry whole from the first file that has its name', () => {
  const merged = mergeKubeconfigs([first, second]);
  assert.deepEqual({ ...merged.clusters }, { shared: { server: 'https://first' }, own: { server: 'https://own' } });
  assert.deepEqual({ ...merged.users }, { me: { token: 't' } });
  assert.deepEqual(Object.keys(merged.contexts), ['a', 'b']);
});

test('mergeKubeconfigs() takes the current context from the first file that sets one', () => {
  assert.equal(mergeKubeconfigs([first, second]).currentContext, 'b');
  assert.equal(mergeKubeconfigs([{ ...first, currentContext: 'a' }, second]).currentContext, 'a');
  assert.equal('currentContext' in mergeKubeconfigs([first]), false);
});

test('mergeKubeconfigs() is not misled by names that objects inherit', () => {
  const merged = mergeKubeconfigs([{ clusters: {}, users: {}, contexts: {} }]);
  assert.equal(merged.clusters['constructor'], undefined);
});

test('mergeKubeconfigs() gives the same for one merge of all as for merges one after the other', () => {
  const entries = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.record({ server: fc.webUrl() }));
  const config = fc.record({ clusters: entries, users: fc.constant({}), contexts: fc.constant({}) });
  fc.assert(
    fc.property(config, config, config, (a, b, c) => {
      assert.deepEqual(mergeKubeconfigs([mergeKubeconfigs([a, b]), c]), mergeKubeconfigs([a, b, c]));
    }),
  );
});
