import { FluxError } from '../../core/errors.ts';
import { formatJson, isJsonObject } from '../../core/json.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { KubeClient } from '../../engine/kube/index.ts';
import { logInToCluster } from './log-in-to-cluster.ts';
import type { OwnIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** The keys of a Secret that are looked at where the spec names none. */
const DEFAULT_KEYS = ['value', 'value.yaml'];

/**
 * Opens the cluster that `spec.kubeConfig` names: by a kubeconfig in a Secret, or by a login that a ConfigMap describes: of an
 * account in the Kustomization's namespace, or of a cloud.
 *
 * Effects: reads the Secret or the ConfigMap as the caller; asks for a token, or a cloud
 * Source: fluxcd/pkg runtime/client/impersonator.go getRESTConfigFromSecret, auth
 *
 * @param defaultServiceAccount the account of Kustomizations that name none: with one, this machine's identity is not lent
 * @throws {FluxError} reconcile/kubeconfig-not-found, reconcile/unsupported: no account; those of `engine/cloud`;
 * kube/invalid-kubeconfig, kube/unsafe-kubeconfig
 */
export async function openRemote(
  kustomization: Kustomization,
  own: OwnIdentity,
  { remote, secrets, cloud }: Pick<ReconcilePorts, 'remote' | 'secrets' | 'cloud'>,
  defaultServiceAccount?: string,
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
  const place = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: configMapRef.name };
  const map = await own.kube.get(place);
  if (map === undefined) throw notFound(kustomization, `failed to get configmap ${namespace}/${configMapRef.name}`, place);
  const { server, authority, issueToken } = await logInToCluster(kustomization, map, own, { cloud, defaultServiceAccount });
  // Made at once, so that a login that fails is told of as one.
  const made = [await issueToken()];
  return await remote.connect(
    kubeconfigOf(server, authority, made[0]?.token ?? ''),
    `ConfigMap ${namespace}/${configMapRef.name}`,
    async () => made.pop() ?? (await issueToken()),
  );
}

function notFound({ ref }: Kustomization, what: string, { kind, name }: ObjectRef): FluxError {
  return new FluxError('reconcile/kubeconfig-not-found', `${what} error: ${kind} "${name}" not found`, {
    subject: ref,
    hint: `create it in the namespace of the Kustomization`,
  });
}

/** Writes the kubeconfig of a cluster. */
function kubeconfigOf(server: string, authority: string, token: string): string {
  const trust = authority === '' ? {} : { 'certificate-authority-data': Buffer.from(authority, 'utf8').toString('base64') };
  return formatJson({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'remote',
    clusters: [{ name: 'remote', cluster: { server, ...trust } }],
    users: [{ name: 'remote', user: { token } }],
    contexts: [{ name: 'remote', context: { cluster: 'remote', user: 'remote' } }],
  });
}
