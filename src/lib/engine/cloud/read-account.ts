import { FluxError } from '../../core/errors.ts';
import { readText } from '../../core/read-object.ts';
import type { AccountPort, AccountRef, CloudPorts } from './types.ts';

/** The feature gate of Flux's controllers, off by default. */
export const IDENTITY_GATE = 'ObjectLevelWorkloadIdentity';

/** An account that a cloud is asked for. */
export interface CloudAccount {
  readonly ref: AccountRef;
  readonly annotations: ReadonlyMap<string, string>;
  issueToken(audiences: readonly string[]): Promise<string>;
}

/**
 * Reads the account in whose name a cloud is asked.
 *
 * Effects: reads the ServiceAccount, as the caller
 * Source: fluxcd/pkg auth/access_token.go
 *
 * @throws {FluxError} cloud/gate-disabled: nobody allowed to act for accounts; cloud/bad-account: there is none
 */
export async function readAccount(ref: AccountRef, { accounts }: Pick<CloudPorts, 'accounts'>): Promise<CloudAccount> {
  if (accounts === undefined) throw gateDisabled();
  const { namespace, name } = ref;
  const object = await accounts.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name });
  if (object === undefined) {
    throw badAccount(ref, `failed to get service account '${namespace}/${name}': ServiceAccount "${name}" not found`);
  }
  const keys = Object.keys(object.metadata.annotations ?? {});
  return {
    ref,
    annotations: new Map(keys.map((key) => [key, readText(object, 'metadata', 'annotations', key)])),
    issueToken: (audiences) => issueToken(ref, audiences, accounts),
  };
}

/** Nobody said that accounts may be acted for. */
export function gateDisabled(): FluxError {
  return new FluxError('cloud/gate-disabled', `${IDENTITY_GATE} feature gate is not enabled`, {
    hint: `run with --feature-gates=${IDENTITY_GATE}=true, or let the controllers reconcile it (leave --drive off)`,
  });
}

async function issueToken(ref: AccountRef, audiences: readonly string[], accounts: AccountPort): Promise<string> {
  const token = await accounts.issueToken(ref, audiences);
  if (token !== '') return token;
  throw badAccount(ref, `failed to create kubernetes token for service account '${ref.namespace}/${ref.name}'`);
}

/** What is wrong with an account. */
export function badAccount({ namespace, name }: AccountRef, message: string): FluxError {
  return new FluxError('cloud/bad-account', message, {
    subject: { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name },
    hint: `kubectl annotate serviceaccount ${name} --namespace=${namespace} …`,
  });
}
