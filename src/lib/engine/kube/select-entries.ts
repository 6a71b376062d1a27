import { FluxError } from '../../core/errors.ts';
import type { ClusterEntry, Kubeconfig, KubeFlags, UserEntry } from './kubeconfig-types.ts';

/** The entries that one invocation uses, its flags laid over them. */
export interface SelectedEntries {
  readonly context?: string;
  readonly clusterName?: string;
  readonly userName?: string;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
  readonly namespace?: string;
}

/**
 * Picks context, cluster and user of a kubeconfig and lays the flags over them.
 *
 * A flag that says one thing in another way takes the other away: `--insecure-skip-tls-verify` the authority, `--token` the token
 * file, a certificate's path its data.
 *
 * Effects: none
 * Source: client-go tools/clientcmd client_config.go
 *
 * @throws {FluxError} kube/unknown-context: the context, cluster or user asked for is not in the kubeconfig
 */
export function selectEntries(kubeconfig: Kubeconfig, flags: KubeFlags): SelectedEntries {
  const context = flags.context ?? kubeconfig.currentContext;
  const entry = context === undefined ? undefined : kubeconfig.contexts[context];
  if (context !== undefined && entry === undefined) throw unknown('context', context, kubeconfig.contexts);
  const clusterName = flags.cluster ?? entry?.cluster;
  const userName = flags.user ?? entry?.user;
  const cluster = clusterName === undefined ? {} : kubeconfig.clusters[clusterName];
  const user = userName === undefined ? {} : kubeconfig.users[userName];
  if (cluster === undefined && (flags.server === undefined || flags.cluster !== undefined)) {
    throw unknown('cluster', clusterName ?? '', kubeconfig.clusters);
  }
  if (user === undefined) throw unknown('user', userName ?? '', kubeconfig.users);
  const namespace = flags.namespace ?? entry?.namespace;
  return {
    ...(context === undefined ? {} : { context }),
    ...(clusterName === undefined ? {} : { clusterName }),
    ...(userName === undefined ? {} : { userName }),
    ...(namespace === undefined ? {} : { namespace }),
    cluster: overrideCluster(cluster ?? {}, flags),
    user: overrideUser(user, flags),
  };
}

function overrideCluster(cluster: ClusterEntry, flags: KubeFlags): ClusterEntry {
  let { certificateAuthority, certificateAuthorityData, insecureSkipTlsVerify, ...rest } = cluster;
  if (flags.certificateAuthority !== undefined) {
    certificateAuthority = flags.certificateAuthority;
    certificateAuthorityData = undefined;
    if (flags.insecureSkipTlsVerify === undefined) insecureSkipTlsVerify = false;
  }
  if (flags.insecureSkipTlsVerify !== undefined) {
    insecureSkipTlsVerify = flags.insecureSkipTlsVerify;
    if (insecureSkipTlsVerify && flags.certificateAuthority === undefined) {
      certificateAuthority = undefined;
      certificateAuthorityData = undefined;
    }
  }
  return {
    ...rest,
    ...(flags.server === undefined ? {} : { server: flags.server }),
    ...(flags.tlsServerName === undefined ? {} : { tlsServerName: flags.tlsServerName }),
    ...(flags.disableCompression === undefined ? {} : { disableCompression: flags.disableCompression }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(certificateAuthorityData === undefined ? {} : { certificateAuthorityData }),
    ...(insecureSkipTlsVerify === undefined ? {} : { insecureSkipTlsVerify }),
  };
}

function overrideUser(user: UserEntry, flags: KubeFlags): UserEntry {
  let { token, tokenFile, clientCertificate, clientCertificateData, clientKey, clientKeyData, impersonate, ...rest } = user;
  if (flags.token !== undefined) {
    token = flags.token;
    tokenFile = undefined;
  }
  if (flags.clientCertificate !== undefined) {
    clientCertificate = flags.clientCertificate;
    clientCertificateData = undefined;
  }
  if (flags.clientKey !== undefined) {
    clientKey = flags.clientKey;
    clientKeyData = undefined;
  }
  if (flags.as !== undefined || flags.asUid !== undefined || flags.asGroup !== undefined || flags.asUserExtra !== undefined) {
    const asUser = flags.as ?? impersonate?.user;
    const uid = flags.asUid ?? impersonate?.uid;
    impersonate = {
      ...(asUser === undefined ? {} : { user: asUser }),
      ...(uid === undefined ? {} : { uid }),
      groups: flags.asGroup ?? impersonate?.groups ?? [],
      extra: flags.asUserExtra ?? impersonate?.extra ?? {},
    };
  }
  return {
    ...rest,
    ...(token === undefined ? {} : { token }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(clientCertificateData === undefined ? {} : { clientCertificateData }),
    ...(clientKey === undefined ? {} : { clientKey }),
    ...(clientKeyData === undefined ? {} : { clientKeyData }),
    ...(impersonate === undefined ? {} : { impersonate }),
  };
}

function unknown(what: string, name: string, entries: Readonly<Record<string, unknown>>): FluxError {
  const names = Object.keys(entries).sort();
  const there = names.length === 0 ? `it has no ${what}s` : `it has ${names.map((item) => `"${item}"`).join(', ')}`;
  return new FluxError('kube/unknown-context', `${what} "${name}" does not exist in the kubeconfig: ${there}`, {
    hint: `name one that is there with --${what}, or another file with --kubeconfig`,
  });
}
