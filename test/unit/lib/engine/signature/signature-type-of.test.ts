import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signatureTypeOf } from '../../../../../src/lib/engine/signature/index.ts';

test('signatureTypeOf() goes by the first line', () => {
  assert.equal(signatureTypeOf('-----BEGIN PGP SIGNATURE-----\n'), 'openpgp');
  assert.equal(signatureTypeOf('\n -----BEGIN SSH SIGNATURE-----\n'), 'ssh');
  assert.equal(signatureTypeOf('-----BEGIN SIGNED MESSAGE-----\n'), 'x509');
  assert.equal(signatureTypeOf(''), 'empty');
  assert.equal(signatureTypeOf('-----BEGIN PGP MESSAGE-----\n'), 'unknown');
});
