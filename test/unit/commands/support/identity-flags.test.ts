import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkIdentityFlagsDriven, identityOf } from '../../../../src/commands/support/identity-flags.ts';
import { isFluxError } from '../../../../src/lib/core/errors.ts';

const read = (gates: readonly string[], map = '') => identityOf({ 'feature-gates': gates, 'sops-vault-configmap': map });
const refuses = (work: () => unknown): void => assert.throws(work, (error) => isFluxError(error, 'usage/bad-value'));

it('identityOf() reads the gate as the controllers do, and shut without the flag', () => {
  assert.deepEqual(read([]), { objectLevelIdentity: false, vaultConfigMap: '' });
  const open = { objectLevelIdentity: true, vaultConfigMap: 'vault' };
  assert.deepEqual(read(['ObjectLevelWorkloadIdentity=true'], 'vault'), open);
  const shut = { objectLevelIdentity: false, vaultConfigMap: '' };
  assert.deepEqual(read(['ObjectLevelWorkloadIdentity=true,ObjectLevelWorkloadIdentity=false']), shut);
});

it('identityOf() refuses gates that are not here, and servers of Vault that nobody could log in to', () => {
  refuses(() => read(['ExternalArtifact=true']));
  refuses(() => read(['ObjectLevelWorkloadIdentity']));
  refuses(() => read([], 'vault'));
});

it('checkIdentityFlagsDriven() refuses the flags where a controller does the work', () => {
  refuses(() => checkIdentityFlagsDriven(new Set(['feature-gates']), false));
  checkIdentityFlagsDriven(new Set(['feature-gates']), true);
  checkIdentityFlagsDriven(new Set(['timeout']), false);
});
