import type { JsonObject } from '../../core/json.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';

/** What the API server must allow. */
export interface AccessRequest {
  readonly verb: string;
  readonly group: string;
  /** The plural, with a subresource after a slash; empty for a path. */
  readonly resource: string;
  /** Absent for cluster-scoped resources. */
  readonly namespace?: string;
  /** Absent means any name. */
  readonly name?: string;
  /** A path that is no resource (`/metrics`); then the others are empty. */
  readonly path?: string;
}

/** An access that something needs, and what would do instead. */
export interface NeededAccess extends AccessRequest {
  /** The object that needs it. */
  readonly subject: ObjectRef;
  /** The place in what the user wrote, where known. */
  readonly why: 'apply' | 'prune' | 'force' | 'escalation' | 'health';
  /**
   * Granted as well where all of these are. Absent: there is no other way. `unknown`: it depends on rules that nobody could
   * read, so a denial proves nothing.
   */
  readonly orElse?: readonly AccessRequest[] | 'unknown';
}

/** Where a kind lives in the API. */
export interface ResourceScope {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Finds the resource of a kind; `undefined` where nobody knows it. */
export type ScopeLookup = (kind: KindRef) => ResourceScope | undefined;

/** One rule of a role. */
export interface PolicyRule extends JsonObject {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/** What there is to know besides the objects. */
export interface RequiredAccessOptions {
  readonly scopeOf: ScopeLookup;
  /** Objects that will be pruned. Default: none. */
  readonly staleRefs?: readonly ObjectRef[];
  /** Objects that will be pruned some day, when they are not wanted any more. Default: none. */
  readonly isPrunable?: (object: K8sObject) => boolean;
  /** Objects that may be deleted and made anew. Default: none. */
  readonly isForced?: (object: K8sObject) => boolean;
  /**
   * Roles among the objects that are in the cluster already. A binding to one that is not is tried out before the role is
   * stored; only who may `bind` it passes, whatever else is held. Default: none is.
   */
  readonly isThere?: (role: ObjectRef) => boolean;
  /** Rules of roles that exist already, for bindings to them; `undefined` where they cannot be read. Default: none can. */
  readonly rulesOf?: (role: ObjectRef) => readonly PolicyRule[] | undefined;
}

/** Answers whether an access is granted. */
export interface AccessReviewer {
  review(request: AccessRequest): Promise<AccessAnswer>;
  /**
   * Gives all that is held in a namespace at once; `undefined` where that cannot be known for sure. Absent where nobody can
   * be asked: the API server lists rules only to their holder.
   */
  listRules?(namespace: string): Promise<HeldRules | undefined>;
}

/** All that somebody holds in a namespace. */
export interface HeldRules {
  allows(request: AccessRequest): boolean;
}

/** An answer of the API server. */
export interface AccessAnswer {
  readonly allowed: boolean;
  /** The server's own words; often empty. */
  readonly reason: string;
}

/** A needed access that is not granted. */
export interface DeniedAccess {
  readonly request: NeededAccess;
  readonly reason: string;
}

/** What one object lacks in one place. */
export interface DenialRow {
  readonly verbs: readonly string[];
  /** `clusterroles.rbac.authorization.k8s.io`, or a path. */
  readonly resource: string;
  /** Absent for what is cluster-scoped. */
  readonly namespace?: string;
  readonly subject: ObjectRef;
  readonly why: readonly NeededAccess['why'][];
}

/** What was asked and what was refused. */
export interface AccessReport {
  /** How many accesses are needed. */
  readonly needed: number;
  /** How many questions the API server answered. */
  readonly asked: number;
  /** All that is refused, in the order of the objects. */
  readonly denied: readonly DeniedAccess[];
}
