import type { FileSystem } from '../../core/filesystem.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import type { OpenUrl } from '../../engine/artifact/index.ts';
import type {
  FetchedRevision,
  FetchedTree,
  FetchOptions,
  FetchRevisionOptions,
  GitHubApp,
  GitRef,
  InstallationToken,
  Remote,
  RemoteOptions,
  TreeEntry,
} from '../../engine/git/index.ts';
import type { Cloud } from '../../engine/cloud/index.ts';
import type { IssuedToken, KubeClient } from '../../engine/kube/index.ts';
import type { EventQueue } from './event-queue.ts';

/** The identity that reads sources, variables and keys, and writes the status of Flux's own objects. */
export interface OwnIdentity {
  readonly identity: 'own';
  readonly kube: KubeClient;
}

/** What is looked at to tell which rights something needs: kinds, roles, namespaces. A cluster, or what is known without one. */
export interface ClusterView {
  readonly kube: {
    get(ref: ObjectRef): Promise<K8sObject | undefined>;
    resourceOf(kind: KindRef): Promise<{ readonly plural: string; readonly namespaced: boolean } | undefined>;
  };
}

/** The identity that touches the cluster on behalf of a Kustomization. It may be the caller's own. */
export interface ActingIdentity {
  readonly identity: 'acting';
  readonly kube: KubeClient;
  /** Looks at that very cluster without standing for anybody: the caller, or whoever the kubeconfig of the spec logs in. */
  readonly viewer: OwnIdentity;
  /** The impersonated user; absent where the caller acts as itself. */
  readonly user?: string;
  /** The API server where it is another one than the caller's, without credentials. */
  readonly server?: string;
  /** Ends the connections to that other server. */
  close(): Promise<void>;
}

/** Opens other clusters; absent where there is only the caller's. */
export interface RemotePort {
  /**
   * Opens the API server of a kubeconfig that somebody else wrote: what it has of commands and files must not be used.
   *
   * @param name what to call it in messages
   * @param issueToken logs in, in the place of what the kubeconfig has
   * @throws `kube/invalid-kubeconfig`, `kube/unsafe-kubeconfig`
   */
  connect(kubeconfig: string, name: string, issueToken?: () => Promise<IssuedToken>): Promise<KubeClient>;
}

/** Logs in to clouds; absent where none is at hand. */
export type CloudPort = Pick<Cloud, 'logInToCluster' | 'logInToGit'>;

/** Reads Secrets, as the caller. */
export type SecretReader = Pick<KubeClient, 'get'>;

/** What this job needs of Git. */
export interface GitPort {
  fetchRevision(remote: Remote, ref: GitRef, options?: FetchRevisionOptions): Promise<FetchedRevision>;
  fetchTree(remote: Remote, wanted: string, options?: FetchOptions): Promise<FetchedTree>;
  addSubmodules(tree: FetchedTree, remote: Remote, options?: FetchOptions): Promise<readonly TreeEntry[]>;
  fetchInstallationToken(app: GitHubApp, options: RemoteOptions & { readonly now: () => number }): Promise<InstallationToken>;
}

/** Keeps artifacts and commits outside the cluster, so that one commit is fetched once. */
export interface ArtifactStorePort {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
}

/** Fetches the artifacts of sources that others keep; absent where there is no way to. */
export interface ArtifactPort {
  readonly open: OpenUrl;
  /** `host:port` in the place of that of every URL; upstream's `SOURCE_CONTROLLER_LOCALHOST`. */
  readonly sourceHost?: string;
  /** The same for the URLs of source-watcher; upstream's `SOURCE_WATCHER_LOCALHOST`. */
  readonly watcherHost?: string;
  /** True where this process runs in the cluster and the names of its Services mean something. Default: false. */
  readonly isInCluster?: boolean;
}

/** What this job needs of kustomize. */
export interface BuildPort {
  /**
   * Renders a Kustomization from its files: generates a kustomization.yaml where there is none and applies the spec's own
   * overrides, as kustomize-controller does. Variables are not substituted yet.
   */
  build(files: FileSystem, kustomization: K8sObject): Promise<readonly K8sObject[]>;
  /** Expands `${var}` in a text. */
  substitute(text: string, lookup: (name: string) => string | undefined, options: { strict: boolean }): string;
}

/** Decrypts what a Kustomization's source has; absent where no decryption is at hand. */
export interface DecryptPort {
  /** Decrypts the files that kustomize will read. */
  decryptFiles(files: FileSystem, kustomization: K8sObject): Promise<FileSystem>;
  /** Decrypts built objects. */
  decryptObjects(objects: readonly K8sObject[], kustomization: K8sObject): Promise<readonly K8sObject[]>;
}

/** Compiles CEL; absent where nothing that can is at hand. */
export interface CelPort {
  /**
   * Reads an expression. With variables its types are checked, and it must be a boolean; without, each name is a field of the
   * object.
   *
   * @throws `cel/invalid`: with upstream's sentence
   */
  compile(expression: string, options?: { readonly variables?: readonly string[] }): Promise<CelExpression>;
}

/** An expression that was read. */
export interface CelExpression {
  /** Throws `cel/failed`, or `cel/too-costly` where the expression never ends. */
  evaluateBoolean(variables: Readonly<Record<string, unknown>>): boolean;
}

/** Time, chance and the name of this machine, as they are handed in. */
export interface WorldPort {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A text that no other process makes. */
  uniqueId(): string;
  readonly hostName: string;
}

/** All that the job needs of the world. */
export interface ReconcilePorts {
  readonly kube: KubeClient;
  /** Where logins and keys of sources are. Default: the cluster. */
  readonly secrets?: SecretReader;
  readonly git: GitPort;
  /** Absent keeps nothing. */
  readonly store?: ArtifactStorePort;
  readonly artifacts?: ArtifactPort;
  readonly build: BuildPort;
  readonly decrypt?: DecryptPort;
  readonly cel?: CelPort;
  readonly remote?: RemotePort;
  readonly cloud?: CloudPort;
  readonly world: WorldPort;
  readonly progress: Progress;
  /** False writes no Events. Default: true. */
  readonly recordEvents?: boolean;
  /** Where events wait to be written. Absent: each is written at once. */
  readonly events?: EventQueue;
  /** Ends everything. */
  readonly signal?: AbortSignal;
}
