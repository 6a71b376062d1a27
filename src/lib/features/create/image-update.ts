import { formatDuration } from '../../core/duration.ts';
import type { K8sObject } from '../../core/objects.ts';
import { badValue, missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { fieldsOf, makeObject } from './spec-fields.ts';

/** What an ImageUpdateAutomation is made of. Texts that are empty leave their field out. */
export interface ImageUpdateOptions {
  readonly gitRepoRef: string;
  readonly gitRepoNamespace: string;
  readonly gitRepoPath: string;
  readonly checkoutBranch: string;
  readonly pushBranch: string;
  readonly commitTemplate: string;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly signingKeySecret: string;
  readonly signingKeyType: string;
  /** Milliseconds. */
  readonly interval: number;
}

/**
 * Makes an ImageUpdateAutomation.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_image_update.go
 *
 * @throws {FluxError} create/flag-missing, create/bad-value
 */
export function makeImageUpdate(base: ObjectBase, options: ImageUpdateOptions): K8sObject {
  checkFlags(options);
  const { gitRepoRef, gitRepoNamespace, gitRepoPath, checkoutBranch, pushBranch, signingKeySecret } = options;
  const signingKey = fieldsOf({ secretRef: { name: signingKeySecret }, type: options.signingKeyType });
  const git = fieldsOf({
    checkout: { ref: { branch: checkoutBranch } },
    commit: fieldsOf({
      author: { name: options.authorName, email: options.authorEmail },
      messageTemplate: options.commitTemplate,
      signingKey: signingKeySecret === '' ? undefined : signingKey,
    }),
    push: pushBranch === '' ? undefined : { branch: pushBranch },
  });
  return makeObject(
    'ImageUpdateAutomation',
    base,
    fieldsOf({
      sourceRef: fieldsOf({ kind: 'GitRepository', name: gitRepoRef, namespace: gitRepoNamespace }),
      git,
      interval: formatDuration(options.interval),
      update: gitRepoPath === '' ? undefined : { path: gitRepoPath, strategy: 'Setters' },
    }),
  );
}

function checkFlags(options: ImageUpdateOptions): void {
  const { gitRepoRef, checkoutBranch, authorName, authorEmail, signingKeySecret, signingKeyType } = options;
  if (gitRepoRef === '') {
    throw missingFlag('git-repo-ref', 'a reference to a GitRepository is required (--git-repo-ref)');
  }
  if (checkoutBranch === '') {
    throw missingFlag('checkout-branch', 'the Git repository branch is required (--checkout-branch)');
  }
  if (authorName === '') throw missingFlag('author-name', 'the author name is required (--author-name)');
  if (authorEmail === '') throw missingFlag('author-email', 'the author email is required (--author-email)');
  if (signingKeyType === '') return;
  if (signingKeySecret === '') throw missingFlag('signing-key-secret', '--signing-key-type requires --signing-key-secret');
  if (signingKeyType !== 'gpg' && signingKeyType !== 'ssh') throw badValue('--signing-key-type must be one of: gpg, ssh');
}
