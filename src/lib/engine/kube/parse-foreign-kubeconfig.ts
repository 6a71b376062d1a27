import { FluxError } from '../../core/errors.ts';
import { buildConnection } from './build-connection.ts';
import type { KubeConnection } from './kubeconfig-types.ts';
import { selectEntries } from './select-entries.ts';

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
 *
 * @param name what to call it in messages, such as `Secret apps/remote`
 * @throws {FluxError} kube/invalid-kubeconfig: not a kubeconfig, or it names no server
 */
export async function parseForeignKubeconfig(
  text: string,
  name: string,
  options: ForeignKubeconfigOptions = {},
): Promise<KubeConnection> {
  const { parseKubeconfig } = await import('./parse-kubeconfig.ts');
  const selected = selectEntries(parseKubeconfig(text, name), {});
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
