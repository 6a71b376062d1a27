/** A ServiceAccount. */
export interface AccountRef {
  readonly namespace: string;
  readonly name: string;
}

const PREFIX = 'system:serviceaccount:';

/**
 * Gives the name under which the API server knows a ServiceAccount.
 *
 * Effects: none
 *
 * @example formatAccount({ namespace: 'apps', name: 'dev-team' }) // 'system:serviceaccount:apps:dev-team'
 */
export function formatAccount({ namespace, name }: AccountRef): string {
  return `${PREFIX}${namespace}:${name}`;
}

/**
 * Reads such a name back.
 *
 * Effects: none
 *
 * @returns `undefined` for a user who is no ServiceAccount
 */
export function parseAccount(user: string | undefined): AccountRef | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user ?? '') ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}
