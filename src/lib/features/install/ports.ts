import type { ObjectRef } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import type { HealthClock } from '../../engine/health/index.ts';
import type { KubeClient } from '../../engine/kube/index.ts';

/** What the jobs of this feature need of the world. A command's context has it. */
export interface InstallPorts {
  /** The API server, under the caller's identity. */
  readonly kube: KubeClient;
  readonly clock: HealthClock;
  readonly progress: Progress;
  /** Asks a yes-or-no question; false where the answer is no. Absent means that nobody can be asked, and that counts as no. */
  readonly confirm?: (question: string) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

/** Whether one object got ready. */
export interface ReadyReport {
  readonly ref: ObjectRef;
  readonly status: 'ready' | 'not ready' | 'not found';
  /** Why it is not ready; empty where it is. */
  readonly message: string;
}
