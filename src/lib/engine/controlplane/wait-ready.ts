import { FluxError } from '../../core/errors.ts';
import type { AdminConnection } from './connect-admin.ts';
import type { Host } from './host.ts';
import { pause } from './pause.ts';

/** How a wait is bounded. */
export interface WaitOptions {
  readonly timeoutMs: number;
  /** Time between two looks; default 50 ms. */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
  /** Promises that reject when waiting has become pointless. */
  readonly ended?: readonly Promise<never>[];
}

/**
 * Waits until the API server is ready: `/readyz` covers etcd, the roles that Kubernetes brings along, and the namespaces
 * it makes itself.
 *
 * @throws {FluxError} controlplane/not-ready: the time is over
 */
export async function waitForApiserver(admin: AdminConnection, host: Host, options: WaitOptions): Promise<void> {
  await waitUntil('kube-apiserver', host, options, async () => {
    const { status, body } = await admin.read('/readyz');
    return status === 200 ? undefined : status === 0 ? 'it does not answer yet' : selectFailedChecks(body);
  });
}

/**
 * Waits until kube-controller-manager has done its first work: the default ServiceAccount exists and the aggregated roles
 * have their rules. A tenant's RoleBinding to `admin` would grant nothing before.
 *
 * @throws {FluxError} controlplane/not-ready: the time is over
 */
export async function waitForControllers(admin: AdminConnection, host: Host, options: WaitOptions): Promise<void> {
  await waitUntil('kube-controller-manager', host, options, async () => {
    const account = await admin.read('/api/v1/namespaces/default/serviceaccounts/default');
    if (account.status !== 200) return 'there is no default ServiceAccount yet';
    for (const role of ['admin', 'edit', 'view']) {
      const { status, body } = await admin.read(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${role}`);
      if (status !== 200) return `there is no ClusterRole ${role} yet`;
      const { rules } = JSON.parse(body) as { rules?: unknown[] | null };
      if (rules === undefined || rules === null || rules.length === 0) return `ClusterRole ${role} has no rules yet`;
    }
    return undefined;
  });
}

/**
 * Reads the answer of `/readyz` as the list of the checks that fail.
 *
 * Effects: none
 *
 * @example selectFailedChecks('[+]ping ok\n[-]etcd failed: reason withheld\n') // 'failing checks: etcd'
 */
export function selectFailedChecks(body: string): string {
  const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map((match) => match[1]);
  return failed.length === 0 ? body.trim().slice(0, 200) : `failing checks: ${failed.join(', ')}`;
}

async function waitUntil(
  what: string,
  host: Host,
  options: WaitOptions,
  check: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = host.now().getTime() + options.timeoutMs;
  const { pollMs = 50, signal } = options;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const abort = () => reject(signal?.reason as Error);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  // A server that listens but does not serve yet lets a look hang for seconds.
  const hopeless = [...(options.ended ?? []), aborted];
  try {
    await lookUntil();
  } finally {
    signal?.removeEventListener('abort', abort);
  }

  async function lookUntil(): Promise<void> {
    for (;;) {
      const problem = await Promise.race([check(), ...hopeless]);
      if (problem === undefined) return;
      if (host.now().getTime() >= deadline) {
        throw new FluxError('controlplane/not-ready', `${what} is not ready after ${options.timeoutMs / 1000}s: ${problem}`, {
          hint: 'its log is in the folder of the sandbox; on a busy machine try again',
        });
      }
      await Promise.race([pause(pollMs), ...hopeless]);
    }
  }
}
