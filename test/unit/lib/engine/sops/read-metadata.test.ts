import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { readJson } from '../../../../../src/lib/engine/sops/formats/read-json.ts';
import { readMetadata } from '../../../../../src/lib/engine/sops/read-metadata.ts';

const AGE = { age: [{ recipient: 'age1x', enc: 'e' }] };
const read = (fields: object) =>
  readMetadata(readJson(JSON.stringify({ lastmodified: '2024-01-02T03:04:05Z', mac: 'm', ...fields }), 'f'));

function refuses(fields: object, why: RegExp): void {
  assert.throws(
    () => read(fields),
    (error) => isFluxError(error, 'sops/bad-metadata') && why.test(error.message),
  );
}

test('readMetadata() reads one group of keys, in the order of their kinds, or several groups', () => {
  const one = read({
    ...AGE,
    pgp: [{ fp: 'AB', enc: 'p' }],
    kms: [{ arn: 'arn:aws:kms:r:1:key/k', role: 'r', enc: 'k', context: { app: 'web' } }],
    azure_kv: [{ vault_url: 'https://v', name: 'n', version: '1', enc: 'z' }],
    gcp_kms: [{ resource_id: 'projects/p', enc: 'g' }],
    hc_vault: [{ vault_address: 'https://vault', engine_path: 'sops', key_name: 'k', enc: 'v' }],
  });
  assert.deepEqual(
    one.keyGroups[0]?.map(({ type, name, encrypted }) => [type, name, encrypted]),
    [
      ['kms', 'arn:aws:kms:r:1:key/k+r', 'k'],
      ['gcp_kms', 'projects/p', 'g'],
      ['azure_kv', 'https://v/keys/n/1', 'z'],
      ['hc_vault', 'https://vault/v1/sops/keys/k', 'v'],
      ['pgp', 'AB', 'p'],
      ['age', 'age1x', 'e'],
    ],
  );
  assert.deepEqual(one.keyGroups[0]?.[0]?.context, { app: 'web' });
  assert.equal(one.unencryptedSuffix, '_unencrypted', 'where no rule is set');
  const groups = read({ key_groups: [AGE, { pgp: { fp: 'AB', enc: 'p' } }], shamir_threshold: 2 });
  assert.deepEqual(
    groups.keyGroups.map((group) => group.map(({ name }) => name)),
    [['age1x'], ['AB']],
  );
  assert.equal(groups.shamirThreshold, 2);
});

test('readMetadata() takes numbers and truth values as text, and writes the time as Go does', () => {
  const read1 = read({
    ...AGE,
    mac_only_encrypted: 'true',
    shamir_threshold: '3',
    lastmodified: '2024-01-02T03:04:05.678+00:00',
  });
  assert.deepEqual([read1.macOnlyEncrypted, read1.shamirThreshold, read1.lastModified], [true, 3, '2024-01-02T03:04:05Z']);
});

test('readMetadata() refuses what nobody could decrypt by', () => {
  refuses({}, /^No keys found in file$/);
  refuses({ ...AGE, lastmodified: 'yesterday' }, /lastmodified/);
  refuses({ ...AGE, encrypted_regex: 'a', unencrypted_suffix: 'b' }, /^Cannot use more than one of/);
  refuses({ ...AGE, mac_only_encrypted: 'maybe' }, /mac_only_encrypted/);
  refuses({ ...AGE, shamir_threshold: 'many' }, /shamir_threshold/);
  refuses({ age: ['x'] }, /'age' expected a map/);
  refuses({ ...AGE, mac: {} }, /'mac' expected type 'string'/);
  refuses({ age: Array.from({ length: 1001 }, () => ({ recipient: 'r', enc: 'e' })) }, /more than 1000 keys/);
});
