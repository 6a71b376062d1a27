import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { CLOUD_NAMES, type ClusterLogin } from '../../engine/cloud/index.ts';
import { issueAccountToken } from '../../engine/kube/index.ts';
import type { OwnIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** What a login needs beside the ConfigMap. */
export interface ClusterLoginPorts {
  readonly cloud: ReconcilePorts['cloud'] | undefined;
  readonly defaultServiceAccount: string | undefined;
}

/**
 * Finds the cluster that a ConfigMap of `spec.kubeConfig` describes, and how to log in to it: by the token of an account, which
 * the other cluster takes (`generic`), or by a cloud's own login.
 *
 * Effects: asks a cloud
 * Source: fluxcd/pkg auth/utils/restconfig.go, auth/generic/provider.go
 *
 * @throws {FluxError} reconcile/unsupported, reconcile/invalid-object; those of `engine/cloud`
 */
export async function logInToCluster(
  kustomization: Kustomization,
  map: K8sObject,
  own: OwnIdentity,
  { cloud, defaultServiceAccount = '' }: ClusterLoginPorts,
): Promise<ClusterLogin> {
  const { namespace, ref } = kustomization;
  const text = (key: string): string => readText(map, 'data', key);
  const unsupported = (what: string, hint: string): FluxError =>
    new FluxError('reconcile/unsupported', what, { subject: ref, hint });
  const [provider, address, authority, name] = [text('provider'), text('address'), text('ca.crt'), text('serviceAccountName')];
  const where = `ConfigMap ${namespace}/${map.metadata.name}`;
  const audiences = text('audiences')
    .split('\n')
    .map((audience) => audience.trim())
    .filter((audience) => audience !== '');
  if (provider === 'generic') {
    if (name === '') {
      throw unsupported(
        `${where} names no serviceAccountName, which means the controller's own account`,
        'name an account of the namespace: there is no controller here',
      );
    }
    const server = clusterAddress(address, kustomization);
    const options = { namespace, name, audiences: audiences.length === 0 ? [address] : audiences };
    return { server, authority, issueToken: () => issueAccountToken(own.kube, options) };
  }
  const known = CLOUD_NAMES.find((one) => one === provider);
  if (known === undefined) {
    throw unsupported(`provider '${provider}' is not known`, `write one of generic, ${CLOUD_NAMES.join(', ')} into ${where}`);
  }
  if (cloud === undefined) {
    throw unsupported(
      `${where}: the provider '${provider}' logs in to a cloud, and there is no login for clouds here`,
      'use a kubeconfig in a Secret, or let kustomize-controller reconcile it (leave --drive off)',
    );
  }
  if (name === '' && defaultServiceAccount !== '') {
    throw unsupported(
      `${where} names no serviceAccountName, and with a default service account the identity of this machine is not lent`,
      'name an account of the namespace that the cloud trusts, or leave out --default-service-account',
    );
  }
  return await cloud.logInToCluster(known, {
    cluster: text('cluster'),
    address,
    authority,
    ...(name === '' ? {} : { account: { namespace, name } }),
    ...(audiences.length === 0 ? {} : { audiences }),
  });
}

/** Only https, since a token goes there. */
function clusterAddress(address: string, { ref }: Kustomization): string {
  const full = address.startsWith('http') ? address : `https://${address}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (address !== '' && url?.protocol === 'https:') return `https://${url.hostname}:${url.port === '' ? '443' : url.port}`;
  throw new FluxError(
    'reconcile/invalid-object',
    address === ''
      ? 'cluster address is required to create a REST config'
      : `the Kubernetes API server address '${address}' must use https scheme`,
    { subject: ref, hint: 'write address: https://HOST:PORT into the ConfigMap of spec.kubeConfig' },
  );
}
