import { FluxError } from '../../core/errors.ts';
import { serviceAccountReviewer } from '../../engine/rbac/index.ts';
import { type BootstrapOptions, cloudOf, sourceAccountOf } from './options.ts';
import type { BootstrapWorld } from './ports.ts';

/**
 * Refuses a login to a cloud as an account whose tokens source-controller may not mint: no narrow profile lets it mint any. Where
 * this process reconciles, it mints them itself.
 *
 * Effects: asks the cluster
 *
 * @throws {FluxError} bootstrap/no-account-tokens
 */
export async function checkAccountTokens(options: BootstrapOptions, { kube, drive }: BootstrapWorld): Promise<void> {
  const { namespace, rbac } = options;
  const account = sourceAccountOf(options);
  const cloud = cloudOf(options);
  if (cloud === '' || account === '' || rbac === 'standard' || drive !== undefined) return;
  const reviewer = serviceAccountReviewer(kube, { namespace, name: 'source-controller' });
  const request = { verb: 'create', group: '', resource: 'serviceaccounts/token', namespace, name: account };
  if ((await reviewer.review(request)).allowed) return;
  const name = 'source-account-tokens';
  throw new FluxError(
    'bootstrap/no-account-tokens',
    `under --rbac=${rbac} source-controller mints no tokens of accounts, and logging in to ${cloud} as ${namespace}/${account} needs one`,
    {
      hint: `kubectl create namespace ${namespace}; kubectl -n ${namespace} create role ${name} --verb=create --resource=serviceaccounts/token --resource-name=${account}; kubectl -n ${namespace} create rolebinding ${name} --role=${name} --serviceaccount=${namespace}:source-controller`,
    },
  );
}
