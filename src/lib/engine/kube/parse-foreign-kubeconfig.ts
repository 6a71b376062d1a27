import { FluxError } from '../../core/errors.ts';
import { buildConnection } from './build-connection.ts';
import type { KubeConnection } from './kubeconfig-types.ts';
import { type SelectedEntries, selectEntries } from './select-entries.ts';

/** What a kubeconfig that somebody else wrote may make us do. */
export interface ForeignKubeconfigOptions {
  /** Runs exec plugins; default false: they are left out. */
  readonly allowExec?: boolean;
  /** Heeds `insecure-skip-tls-verify`; default false: it is left out. */
  readonly allowInsecureTls?: boolean;
}

/**
 * Makes a connection from the text of a kubeconfig that comes from the cluster, such as the Secret of `spec.kubeConfig`.
 *
 * What would let its author reach into this machine is left out: paths of files, commands, legacy auth providers, and, unless
 * allowed, the insecure flag. Address, certificates, user, password, token and proxy stay.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/client/kubeconfig.go
 * Differs: says what is left out where nothing stands in for it; upstream goes on without and is refused by the server
 *
 * @param name what to call it in messages, such as `Secret apps/remote`
 * @throws {FluxError} kube/invalid-kubeconfig: not a kubeconfig, or it names no server; kube/unsafe-kubeconfig: what is left
 * out is all that it has to log in with, or to know its server by
 */
export async function parseForeignKubeconfig(
  text: string,
  name: string,
  options: ForeignKubeconfigOptions = {},
): Promise<KubeConnection> {
  const { parseKubeconfig } = await import('./parse-kubeconfig.ts');
  const selected = selectEntries(parseKubeconfig(text, name), {});
  refuseDependence(selected, name, options);
  const { certificateAuthority: _ca, insecureSkipTlsVerify, ...cluster } = selected.cluster;
  const { clientCertificate: _c, clientKey: _k, tokenFile: _t, exec, authProvider: _a, impersonate: _i, ...user } = selected.user;
  if (cluster.server === undefined) {
    throw new FluxError('kube/invalid-kubeconfig', `kubeconfig of ${name} names no server`, {
      hint: 'set current-context to a context whose cluster has a server',
    });
  }
  return await buildConnection(
    {
      ...selected,
      cluster: { ...cluster, ...(options.allowInsecureTls && insecureSkipTlsVerify ? { insecureSkipTlsVerify } : {}) },
      user: { ...user, ...(options.allowExec && exec !== undefined ? { exec } : {}) },
    },
    async () => undefined,
    'kubeconfig',
  );
}

function refuseDependence(selected: SelectedEntries, name: string, options: ForeignKubeconfigOptions): void {
  const { cluster, user } = selected;
  const canLogIn = user.token !== undefined || user.clientCertificateData !== undefined || user.username !== undefined;
  const hasExec = user.exec !== undefined && options.allowExec !== true;
  const left = [
    ...(hasExec && !canLogIn ? ['a command to log in with (exec)'] : []),
    ...(user.authProvider !== undefined && !canLogIn ? ['an auth-provider'] : []),
    ...(user.tokenFile !== undefined && !canLogIn ? ['the path of a token (tokenFile)'] : []),
    ...(user.clientCertificate !== undefined && user.clientCertificateData === undefined && user.token === undefined
      ? ['the path of a certificate (client-certificate)']
      : []),
    ...(user.clientKey !== undefined && user.clientKeyData === undefined && user.token === undefined
      ? ['the path of a key (client-key)']
      : []),
    ...(cluster.certificateAuthority !== undefined && cluster.certificateAuthorityData === undefined
      ? ['the path of an authority (certificate-authority)']
      : []),
  ];
  if (left.length === 0) return;
  throw new FluxError('kube/unsafe-kubeconfig', `kubeconfig of ${name} has ${left.join(' and ')}, which is not followed`, {
    hint: 'put in what it means: certificate-authority-data, and a token or client-certificate-data and client-key-data',
  });
}
