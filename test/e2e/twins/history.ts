import type { JsonObject } from '../../../src/lib/core/json.ts';
import type { KubeClient } from '../../../src/lib/engine/kube/index.ts';
import type { CommitContent } from '../../support/git-server.ts';

/** One of the two clusters, for what a step does by hand. */
export interface Hand {
  readonly kube: KubeClient;
  readonly namespace: string;
}

/** What happens between two comparisons: to Git, to Flux's objects, and by other hands in the cluster. */
export interface Step {
  readonly title: string;
  /** The source is asked to look at each step; without a commit each Kustomization is asked to run again, too. */
  readonly commit?: Readonly<Record<string, CommitContent>>;
  /** Merge patches of the specs of Kustomizations; not together with a commit, or they would run twice. */
  readonly specs?: Readonly<Record<string, JsonObject>>;
  /** Kustomizations to delete. */
  readonly remove?: readonly string[];
  /** What others do before it is reconciled. */
  readonly before?: (hand: Hand) => Promise<void>;
  /** What others do while it is reconciled. */
  readonly during?: (hand: Hand) => Promise<void>;
  /**
   * How `status reason` of Ready begins at the end, by Kustomization, so that both being wrong alike is found out. Those not named:
   * `True ReconciliationSucceeded`.
   */
  readonly ready?: Readonly<Record<string, string>>;
  /** Further proof that the step was what its title says. */
  readonly check?: (hand: Hand) => Promise<void>;
}

/** A history that both engines go through. */
export interface History {
  /** Also the namespace, behind `twin-`, and part of the name of all that has none. No name begins with another one. */
  readonly name: string;
  readonly title: string;
  /** Specs by name; interval, source, prune and path `./<name>` are filled in. */
  readonly kustomizations: Readonly<Record<string, JsonObject>>;
  /** What is there before Flux's objects. */
  readonly prepare?: (hand: Hand) => Promise<void>;
  readonly steps: readonly Step[];
}

/** A ConfigMap as YAML. */
export function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): string {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, data };
  return `---\n${JSON.stringify(object)}\n`;
}
