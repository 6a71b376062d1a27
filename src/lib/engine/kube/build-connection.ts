import { FluxError, messageOf } from '../../core/errors.ts';
import type { Credentials, KubeConnection, UserEntry } from './kubeconfig-types.ts';
import { parseServer } from './parse-server.ts';
import type { SelectedEntries } from './select-entries.ts';

/** Reads a text file whole; `undefined` where there is none. */
export type ReadTextFile = (path: string) => Promise<string | undefined>;

/**
 * Makes a connection from the chosen entries, reading the files that they name.
 *
 * Effects: reads certificate files
 *
 * @param origin where the entries come from
 * @throws {FluxError} kube/invalid-kubeconfig: a file that is named is not there, or the settings contradict each other
 */
export async function buildConnection(
  selected: SelectedEntries,
  readFile: ReadTextFile,
  origin: KubeConnection['origin'],
): Promise<KubeConnection> {
  const { cluster, user } = selected;
  const certificateAuthority =
    cluster.certificateAuthorityData ?? (await readNamed(readFile, cluster.certificateAuthority, 'certificate authority'));
  const insecureSkipTlsVerify = cluster.insecureSkipTlsVerify ?? false;
  if (insecureSkipTlsVerify && certificateAuthority !== undefined) {
    throw new FluxError(
      'kube/invalid-kubeconfig',
      `cluster "${selected.clusterName ?? ''}" has a certificate authority and insecure-skip-tls-verify: only one of them is allowed`,
      { hint: 'remove insecure-skip-tls-verify' },
    );
  }
  const credentials = await buildCredentials(user, readFile);
  const secure = certificateAuthority !== undefined || insecureSkipTlsVerify || credentials.clientCertificate !== undefined;
  const { server, username, password } = parseServer(cluster.server ?? 'http://localhost:8080', secure);
  return {
    server,
    origin: cluster.server === undefined ? 'default' : origin,
    namespace: selected.namespace ?? 'default',
    ...(selected.context === undefined ? {} : { context: selected.context }),
    ...(selected.clusterName === undefined ? {} : { cluster: selected.clusterName }),
    ...(selected.userName === undefined ? {} : { userName: selected.userName }),
    trust: {
      insecureSkipTlsVerify,
      ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
      ...(cluster.tlsServerName === undefined ? {} : { serverName: cluster.tlsServerName }),
    },
    credentials: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...credentials,
    },
    ...(user.impersonate === undefined ? {} : { impersonation: user.impersonate }),
    ...(cluster.proxyUrl === undefined ? {} : { proxyUrl: cluster.proxyUrl }),
    disableCompression: cluster.disableCompression ?? false,
    ...(cluster.execConfig === undefined ? {} : { execConfig: cluster.execConfig }),
  };
}

async function buildCredentials(user: UserEntry, readFile: ReadTextFile): Promise<Credentials> {
  const clientCertificate =
    user.clientCertificateData ?? (await readNamed(readFile, user.clientCertificate, 'client certificate'));
  const clientKey = user.clientKeyData ?? (await readNamed(readFile, user.clientKey, 'client key'));
  if ((clientCertificate === undefined) !== (clientKey === undefined)) {
    const missing = clientKey === undefined ? 'client key' : 'client certificate';
    throw new FluxError('kube/invalid-kubeconfig', `the ${missing} is missing: certificate and key must be given together`, {
      hint: `add the ${missing} to the user's entry or the flags`,
    });
  }
  return {
    ...(user.tokenFile === undefined ? {} : { tokenFile: user.tokenFile }),
    ...(user.token === undefined ? {} : { token: user.token }),
    ...(user.username === undefined ? {} : { username: user.username }),
    ...(user.password === undefined ? {} : { password: user.password }),
    ...(user.authProvider === undefined ? {} : { authProvider: user.authProvider }),
    ...(user.exec === undefined ? {} : { exec: user.exec }),
    ...(clientCertificate === undefined || clientKey === undefined ? {} : { clientCertificate, clientKey }),
  };
}

async function readNamed(readFile: ReadTextFile, path: string | undefined, what: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let text: string | undefined;
  try {
    text = await readFile(path);
  } catch (cause) {
    throw new FluxError('kube/invalid-kubeconfig', `cannot read the ${what} "${path}": ${messageOf(cause)}`, { cause });
  }
  if (text === undefined) {
    throw new FluxError('kube/invalid-kubeconfig', `the ${what} "${path}" does not exist`, {
      hint: 'correct the path in the kubeconfig, or put the file there',
      source: { file: path },
    });
  }
  return text;
}
