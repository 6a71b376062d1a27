import { createPrivateKey } from 'node:crypto';
import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { badValue, collidingFlags, missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { makeSecret, withoutEmpty } from './secret.ts';

/** A GitHub App and where it is installed. Texts that are empty leave their key out. */
export interface GitHubAppOptions {
  readonly appId: string;
  readonly appInstallationId: string;
  readonly appInstallationOwner: string;
  readonly appBaseUrl: string;
  /** PEM. */
  readonly privateKey: string;
}

/**
 * Makes the Secret of a GitRepository whose provider is `github`.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/secrets
 * Differs: ids, key and URL are checked; upstream stores what source-controller cannot use
 *
 * @throws {FluxError} create/flag-missing, create/flags-collide, create/bad-value, create/bad-private-key
 */
export function makeGitHubAppSecret(base: ObjectBase, options: GitHubAppOptions): K8sObject {
  const { appId, appInstallationId, appInstallationOwner, appBaseUrl, privateKey } = options;
  if (appId === '') throw missingFlag('app-id', 'githubAppID is required');
  if (privateKey === '') throw missingFlag('app-private-key', 'githubAppPrivateKey is required');
  if ((appInstallationOwner === '') === (appInstallationId === '')) {
    throw collidingFlags(
      'exactly one of githubAppInstallationOwner or githubAppInstallationID must be provided',
      'give --app-installation-owner or --app-installation-id',
    );
  }
  checkId('app-id', appId);
  if (appInstallationId !== '') checkId('app-installation-id', appInstallationId);
  if (appBaseUrl !== '' && !isHttpUrl(appBaseUrl)) {
    throw badValue(`--app-base-url is no URL: '${appBaseUrl}'`, 'for example: --app-base-url=https://github.example.com/api/v3');
  }
  checkAppKey(privateKey);
  return makeSecret(base, {
    type: 'Opaque',
    data: withoutEmpty({
      githubAppID: appId,
      githubAppInstallationID: appInstallationId,
      githubAppInstallationOwner: appInstallationOwner,
      githubAppPrivateKey: privateKey,
      githubAppBaseURL: appBaseUrl,
    }),
  });
}

function checkId(flag: string, text: string): void {
  if (/^[1-9]\d*$/.test(text)) return;
  throw badValue(`--${flag} must be a number: '${text}'`, 'GitHub shows it on the page of the app or of the installation');
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function checkAppKey(pem: string): void {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return;
  } catch {
    // Said below: what Node says of it may quote the key.
  }
  throw new FluxError('create/bad-private-key', 'the file of --app-private-key holds no RSA private key in PEM', {
    hint: 'GitHub makes it on the page of the app, under "Private keys"',
  });
}
