import { createHash, randomBytes } from 'node:crypto';
import { ANNOTATION } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret } from './secret.ts';

/** What the Secret of a Receiver is made of. */
export interface ReceiverSecretOptions {
  readonly type: string;
  readonly hostname: string;
  readonly token: string;
  /** Only `gcr` has claims. */
  readonly emailClaim: string;
  /** Empty: the URL of the webhook. */
  readonly audienceClaim: string;
}

/**
 * Checks what the Secret of a Receiver needs, before a token is made.
 *
 * Effects: none
 *
 * @throws {FluxError} create/flag-missing
 */
export function checkReceiverSecret({ type, hostname, emailClaim }: Omit<ReceiverSecretOptions, 'token'>): void {
  if (type === '') throw missingFlag('type');
  if (hostname === '') throw missingFlag('hostname');
  if (type === 'gcr' && emailClaim === '') {
    throw missingFlag('email-claim', '--email-claim is required for gcr receiver type');
  }
}

/** Makes a token that nobody guesses. */
export function makeReceiverToken(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Makes the Secret of a Receiver, with the URL of its webhook as an annotation. The URL holds for a Receiver of the same name
 * and namespace.
 *
 * Effects: none
 * Source: fluxcd/notification-controller api/v1 GetWebhookPath
 *
 * @throws {FluxError} create/flag-missing
 */
export function makeReceiverSecret(base: ObjectBase, options: ReceiverSecretOptions): K8sObject {
  checkReceiverSecret(options);
  const { type, hostname, token, emailClaim, audienceClaim } = options;
  const digest = createHash('sha256').update(`${token}${base.name}${base.namespace}`).digest('hex');
  const url = `https://${hostname}/hook/${digest}`;
  return makeSecret(base, {
    annotations: { [ANNOTATION.webhook]: url },
    data: { token, ...(type === 'gcr' ? { email: emailClaim, audience: audienceClaim || url } : {}) },
  });
}
