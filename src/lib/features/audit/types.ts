import type { K8sObject, ObjectRef } from '../../core/objects.ts';

/** How bad a finding is. */
export type Severity = 'high' | 'medium' | 'low';

/** From the worst to the mildest. */
export const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low'];

/** What a rule finds on one object. */
export interface Finding {
  readonly severity: Severity;
  readonly subject: ObjectRef;
  /** One sentence without a full stop. */
  readonly finding: string;
  /** A command, or what to change. */
  readonly mend: string;
  /** Manifests that mend it, ready to commit. */
  readonly manifests?: readonly K8sObject[];
  /** Everything that the sentence sums up. */
  readonly details?: readonly string[];
}

/** One row of the check list. */
export interface AuditRule {
  /** Stable: scripts and waivers name it. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** What has to be read for it. Where one of these could not be, the row says so. */
  readonly needs?: readonly ListName[];
  /** Set where a program cannot tell: why, and how a person can. */
  readonly manual?: string;
  /** Pure. Absent only where `manual` is set. */
  find?(snapshot: Snapshot): readonly Finding[];
}

/** What is read of a cluster, each once. */
export type ListName =
  | 'clusterRoles'
  | 'clusterRoleBindings'
  | 'roles'
  | 'roleBindings'
  | 'serviceAccounts'
  | 'namespaces'
  | 'networkPolicies'
  | 'deployments'
  | 'gitRepositories'
  | 'ociRepositories'
  | 'buckets'
  | 'helmRepositories'
  | 'helmCharts'
  | 'kustomizations'
  | 'helmReleases'
  | 'receivers'
  | 'alerts'
  | 'imageRepositories'
  | 'imagePolicies'
  | 'imageAutomations'
  | 'artifactGenerators';

/** What a kubeconfig in a Secret is like; nothing of its content. */
export interface RemoteLogin {
  readonly runsCommand: boolean;
  readonly skipsTls: boolean;
  readonly namesFiles: boolean;
}

/** Where an object stands in a file. */
export interface FilePosition {
  readonly file: string;
  readonly line: number;
}

/** What the rules look at: a cluster, or a set of files. */
export interface Snapshot {
  readonly from: 'cluster' | 'files';
  /** Where the controllers run. */
  readonly fluxNamespace: string;
  /** What was read; a kind that the server does not have is an empty list. */
  readonly lists: ReadonlyMap<ListName, readonly K8sObject[]>;
  /** Why something could not be read. */
  readonly unread: ReadonlyMap<ListName, string>;
  /** `group/plural` of all that is served. */
  readonly served: ReadonlySet<string>;
  /** Kubeconfigs that Kustomizations and HelmReleases name, by `namespace/name` of the Secret. */
  readonly remoteLogins: ReadonlyMap<string, RemoteLogin>;
  /** By `formatSubject`; only where the objects are from files. */
  readonly positions: ReadonlyMap<string, FilePosition>;
}

/** A finding that somebody decided to live with, for a while. */
export interface Waiver {
  readonly id: string;
  /** As findings show it: `ClusterRole/x`. Absent means all of the row. */
  readonly subject?: string;
  /** Last day, `2027-01-31`. */
  readonly until: string;
  readonly reason: string;
}

/** A finding with all that there is to say about it. */
export interface AuditFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** `ClusterRole/x`, `Kustomization/apps/web`. */
  readonly subject: string;
  readonly ref: ObjectRef;
  readonly finding: string;
  readonly why: string;
  readonly mend: string;
  readonly manifests: readonly K8sObject[];
  readonly details: readonly string[];
  readonly position?: FilePosition;
  /** Set where somebody waived it and that has not run out. */
  readonly waiver?: Waiver;
}

/** What became of one row. */
export interface AuditRow {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** `manual`: a program cannot tell. `not-read`: what it needs could not be read. */
  readonly result: 'passed' | 'failed' | 'waived' | 'manual' | 'not-read';
  readonly findings: number;
  /** For `manual` and `not-read`: what to do. */
  readonly note?: string;
}

/** The result of an audit. */
export interface AuditReport {
  readonly version: 1;
  readonly from: Snapshot['from'];
  /** URL of the API server; absent for files. */
  readonly server?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly counts: Readonly<Record<Severity | 'waived', number>>;
  /** The worst first, then in the order of the rows. */
  readonly findings: readonly AuditFinding[];
  readonly rows: readonly AuditRow[];
  /** Waivers that have run out, or fit nothing any more. */
  readonly staleWaivers: readonly (Waiver & { readonly problem: 'expired' | 'unused' })[];
}
