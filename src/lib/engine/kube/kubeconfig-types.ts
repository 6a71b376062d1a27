import type { JsonValue } from '../../core/json.ts';

/** A cluster entry of a kubeconfig; paths are absolute already. */
export interface ClusterEntry {
  readonly server?: string;
  readonly tlsServerName?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly certificateAuthority?: string;
  readonly certificateAuthorityData?: string;
  readonly proxyUrl?: string;
  readonly disableCompression?: boolean;
  /** What the cluster's entry says to an exec plugin. */
  readonly execConfig?: JsonValue;
}

/** An exec plugin as a user entry names it. */
export interface ExecConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode?: string;
}

/** A user entry of a kubeconfig; paths are absolute already. */
export interface UserEntry {
  readonly clientCertificate?: string;
  readonly clientCertificateData?: string;
  readonly clientKey?: string;
  readonly clientKeyData?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecConfig;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
  readonly impersonate?: Impersonation;
}

/** A context entry of a kubeconfig. */
export interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** A kubeconfig, or several merged into one. */
export interface Kubeconfig {
  readonly currentContext?: string;
  readonly clusters: Readonly<Record<string, ClusterEntry>>;
  readonly users: Readonly<Record<string, UserEntry>>;
  readonly contexts: Readonly<Record<string, ContextEntry>>;
}

/** Whom to act as; every member becomes a header. */
export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** kubectl's connection flags, by their names. */
export interface KubeFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly server?: string;
  readonly token?: string;
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly asUid?: string;
  readonly asUserExtra?: Readonly<Record<string, readonly string[]>>;
  readonly namespace?: string;
  readonly disableCompression?: boolean;
}

/** A bearer token that was made for a connection. */
export interface IssuedToken {
  readonly token: string;
  /** Absent means that it lasts. */
  readonly expiresAtMs?: number;
}

/** How a connection proves who it is. Where several are there, the first in the order of these members wins, as in client-go. */
export interface Credentials {
  /** Makes a token, and again before it expires or when the server refuses it. */
  readonly issueToken?: () => Promise<IssuedToken>;
  /** Read anew each minute. */
  readonly tokenFile?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
  readonly exec?: ExecConfig;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** How a connection trusts its server. */
export interface ServerTrust {
  /** PEM; absent means the authorities of Node and of the system. */
  readonly certificateAuthority?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly serverName?: string;
}

/**
 * Everything that is needed to speak to one API server under one identity. It holds secrets: never print it.
 */
export interface KubeConnection {
  /** The server's URL without credentials and without a slash at the end; it may have a path. */
  readonly server: string;
  /** The context it came from; absent in a cluster and where nothing is configured. */
  readonly context?: string;
  /** The names of the kubeconfig's cluster and user, for messages. */
  readonly cluster?: string;
  readonly userName?: string;
  /** The namespace that commands use where none is given. */
  readonly namespace: string;
  /** Where it came from. */
  readonly origin: 'kubeconfig' | 'in-cluster' | 'default';
  readonly trust: ServerTrust;
  readonly credentials: Credentials;
  readonly impersonation?: Impersonation;
  /** The cluster entry's own proxy. */
  readonly proxyUrl?: string;
  readonly disableCompression: boolean;
  /** What an exec plugin that asks for it is told of the cluster. */
  readonly execConfig?: JsonValue;
}
