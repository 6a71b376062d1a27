import type { K8sObject, ObjectRef } from '../../core/objects.ts';

/** Clouds that can be logged in to. */
export const CLOUD_NAMES = ['aws', 'azure', 'gcp'] as const;

/** A cloud, as Flux names it. */
export type CloudName = (typeof CLOUD_NAMES)[number];

/** A ServiceAccount of the cluster, in whose name a cloud is asked. */
export interface AccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** Loads a package that is not among the dependencies; rejects where it is not installed. */
export type PackagePort = (name: string) => Promise<unknown>;

/** Reads accounts of the cluster, and issues tokens for them. */
export interface AccountPort {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
  /** A token of the account that is meant for these audiences only. */
  issueToken(account: AccountRef, audiences: readonly string[]): Promise<string>;
}

/** What logging in to clouds needs of the world. */
export interface CloudPorts {
  readonly loadPackage: PackagePort;
  /** Absent refuses to act for accounts: the feature gate is off. */
  readonly accounts?: AccountPort;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends all that is under way. */
  readonly signal?: AbortSignal;
}

/** Who is asked for when a cloud is logged in to. */
export interface Login {
  /** Absent means whoever this machine is to the cloud. */
  readonly account?: AccountRef;
  /** Of the tokens of the account. Default: those that the cloud asks for. */
  readonly audiences?: readonly string[];
}

/** A cluster of a cloud, as a ConfigMap of `spec.kubeConfig` describes it. */
export interface ClusterRequest extends Login {
  /** The cloud's own name of it: an ARN, a resource id, a path. */
  readonly cluster: string;
  /** Empty asks the cloud for it. */
  readonly address: string;
  /** PEM; empty asks the cloud for it. */
  readonly authority: string;
}

/** A bearer token for an API server. */
export interface ClusterToken {
  readonly token: string;
  readonly expiresAtMs?: number;
}

/** How a cluster is reached and logged in to. */
export interface ClusterLogin {
  /** `https://host:port`. */
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  /** Makes a token; each call makes a new one. */
  issueToken(): Promise<ClusterToken>;
}

/** How a Git server of a cloud is logged in to. */
export type GitCredentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string };

/** How a registry of a cloud is logged in to. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials of an AWS account, as the SDK names them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What the cloud says of a cluster. */
export interface DescribedCluster {
  /** Where its API server can be reached, the usual place first; hosts or URLs. */
  readonly endpoints: readonly string[];
  /** PEM. */
  readonly authority: string;
}
