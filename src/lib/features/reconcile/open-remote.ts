import { FluxError } from '../../core/errors.ts';
import { formatJson, isJsonObject } from '../../core/json.ts';
import type { ObjectRef } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import type { KubeClient } from '../../engine/kube/index.ts';
import type { OwnIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** The keys of a Secret that are looked at where the spec names none. */
const DEFAULT_KEYS = ['value', 'value.yaml'];

/**
 * Opens the cluster that `spec.kubeConfig` names: by a kubeconfig in a Secret, or by address and a token of an account in the
 * Kustomization's namespace.
 *
 * Effects: reads the Secret or the ConfigMap as the caller; asks for a token
 * Source: fluxcd/pkg runtime/client/impersonator.go getRESTConfigFromSecret, auth/generic/provider.go
 *
 * @throws {FluxError} reconcile/kubeconfig-not-found, reconcile/unsupported: a cloud's own login, or no account;
 * kube/invalid-kubeconfig, kube/unsafe-kubeconfig
 */
export async function openRemote(
  kustomization: Kustomization,
  own: OwnIdentity,
  { remote, secrets }: Pick<ReconcilePorts, 'remote' | 'secrets'>,
): Promise<KubeClient> {
  const { namespace, ref, kubeConfig = {} } = kustomization;
  if (remote === undefined) {
    throw new FluxError('reconcile/unsupported', 'spec.kubeConfig is set and no other cluster can be opened here', {
      subject: ref,
      hint: 'let kustomize-controller reconcile it (leave --drive off)',
    });
  }
  const { secretRef, configMapRef } = kubeConfig;
  if (secretRef !== undefined) {
    const place = { apiVersion: 'v1', kind: 'Secret', namespace, name: secretRef.name };
    const secret = await (secrets ?? own.kube).get(place);
    if (secret === undefined)
      throw notFound(kustomization, `unable to read KubeConfig secret '${namespace}/${secretRef.name}'`, place);
    const data = isJsonObject(secret['data']) ? secret['data'] : {};
    const key = secretRef.key ?? DEFAULT_KEYS.find((name) => data[name] !== undefined) ?? 'value';
    const value = data[key];
    if (typeof value !== 'string') {
      throw new FluxError(
        'reconcile/kubeconfig-not-found',
        `KubeConfig secret '${namespace}/${secretRef.name}' does not contain a '${key}' key with a kubeconfig`,
        { subject: ref, hint: 'put the kubeconfig under that key, or name another in spec.kubeConfig.secretRef.key' },
      );
    }
    return remote.connect(Buffer.from(value, 'base64').toString('utf8'), `Secret ${namespace}/${secretRef.name}`);
  }
  if (configMapRef === undefined) {
    throw new FluxError('reconcile/invalid-object', 'spec.kubeConfig has neither secretRef nor configMapRef', { subject: ref });
  }
  const text = await kubeconfigOfAccount(kustomization, configMapRef.name, own);
  return remote.connect(text, `ConfigMap ${namespace}/${configMapRef.name}`);
}

function notFound({ ref }: Kustomization, what: string, { kind, name }: ObjectRef): FluxError {
  return new FluxError('reconcile/kubeconfig-not-found', `${what} error: ${kind} "${name}" not found`, {
    subject: ref,
    hint: `create it in the namespace of the Kustomization`,
  });
}

/** Writes the kubeconfig of a cluster that takes the tokens of this one. */
async function kubeconfigOfAccount(kustomization: Kustomization, name: string, own: OwnIdentity): Promise<string> {
  const { namespace, ref } = kustomization;
  const place = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
  const map = await own.kube.get(place);
  if (map === undefined) throw notFound(kustomization, `failed to get configmap ${namespace}/${name}`, place);
  const text = (key: string): string => readText(map, 'data', key);
  const unsupported = (what: string, hint: string): FluxError =>
    new FluxError('reconcile/unsupported', what, { subject: ref, hint });
  const provider = text('provider');
  if (provider !== 'generic') {
    throw unsupported(
      `spec.kubeConfig.configMapRef: the provider '${provider}' logs in to a cloud, which cannot be driven yet`,
      'use provider generic or a kubeconfig in a Secret, or let kustomize-controller reconcile it (leave --drive off)',
    );
  }
  const account = text('serviceAccountName');
  if (account === '') {
    throw unsupported(
      `ConfigMap ${namespace}/${name} names no serviceAccountName, which means the controller's own account`,
      'name an account of the namespace: there is no controller here',
    );
  }
  const server = clusterAddress(text('address'), kustomization);
  const listed = text('audiences')
    .split('\n')
    .map((audience) => audience.trim())
    .filter((audience) => audience !== '');
  const audiences = listed.length === 0 ? [text('address')] : listed;
  const answer = await own.kube.request({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(account)}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences } },
    contentType: 'application/json',
  });
  const token = isJsonObject(answer) && isJsonObject(answer['status']) ? answer['status']['token'] : undefined;
  const authority = text('ca.crt');
  return formatJson({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'remote',
    clusters: [
      {
        name: 'remote',
        cluster: {
          server,
          ...(authority === '' ? {} : { 'certificate-authority-data': Buffer.from(authority, 'utf8').toString('base64') }),
        },
      },
    ],
    users: [{ name: 'remote', user: { token: typeof token === 'string' ? token : '' } }],
    contexts: [{ name: 'remote', context: { cluster: 'remote', user: 'remote' } }],
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
