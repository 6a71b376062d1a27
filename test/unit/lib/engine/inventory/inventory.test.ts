import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  equalInventories,
  fromChangeSet,
  fromRefs,
  listRefs,
  mergeRefs,
  staleRefs,
  unionInventories,
} from '../../../../../src/lib/engine/inventory/inventory.ts';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'apps', name: 'web' };
const OLD_WEB = { ...WEB, apiVersion: 'apps/v1beta1' };
const CONF = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'conf' };

it('fromChangeSet() keeps the order of applying', () => {
  assert.deepEqual(fromChangeSet([{ ref: WEB }, { ref: CONF }]), {
    entries: [
      { id: 'apps_web_apps_Deployment', v: 'v1' },
      { id: 'apps_conf__ConfigMap', v: 'v1' },
    ],
  });
});

it('staleRefs() compares ids, and names the old version', () => {
  assert.deepEqual(staleRefs(fromRefs([OLD_WEB, CONF]), fromRefs([WEB])), [CONF]);
  assert.deepEqual(staleRefs(fromRefs([OLD_WEB]), fromRefs([])), [OLD_WEB]);
  assert.deepEqual(staleRefs(undefined, fromRefs([WEB])), []);
});

it('mergeRefs() puts survivors back at the end, once', () => {
  assert.deepEqual(listRefs(mergeRefs(fromRefs([WEB]), [CONF, WEB])), [WEB, CONF]);
});

it('unionInventories() has everything of both', () => {
  assert.deepEqual(listRefs(unionInventories(fromRefs([OLD_WEB]), fromRefs([WEB, CONF]))), [OLD_WEB, CONF]);
  assert.deepEqual(listRefs(unionInventories(undefined, fromRefs([WEB]))), [WEB]);
});

it('equalInventories() minds order and version', () => {
  assert.equal(equalInventories(fromRefs([WEB]), fromRefs([WEB])), true);
  assert.equal(equalInventories(fromRefs([WEB]), fromRefs([OLD_WEB])), false);
  assert.equal(equalInventories(undefined, fromRefs([])), true);
});
