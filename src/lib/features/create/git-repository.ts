import { formatDuration } from '../../core/duration.ts';
import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { checkGitUrl } from './git-url.ts';
import { metadataOf } from './names-and-labels.ts';

/** What a GitRepository is made of. Texts that are empty leave their field out. */
export interface GitRepositoryOptions {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly url: string;
  readonly branch: string;
  readonly tag: string;
  readonly semver: string;
  readonly commit: string;
  readonly refName: string;
  readonly intervalMs: number;
  /** Up to 0 leaves the field out. */
  readonly timeoutMs: number;
  readonly secretRef: string;
  readonly proxySecretRef: string;
  readonly provider: string;
  readonly recurseSubmodules: boolean;
  readonly ignorePaths: readonly string[];
  readonly sparseCheckout: readonly string[];
  /** A CA file was given; only HTTP/S can use one. */
  readonly hasCaFile: boolean;
}

/**
 * Makes a GitRepository.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_git.go
 *
 * @throws {FluxError} create/url-missing, create/bad-url, create/bad-url-scheme, create/ref-missing, create/ca-file-over-ssh
 */
export function makeGitRepository(options: GitRepositoryOptions): K8sObject {
  if (options.url === '') throw new FluxError('create/url-missing', 'url is required');
  const scheme = checkGitUrl(options.url);
  const ref = refOf(options);
  if (ref === undefined) {
    throw new FluxError(
      'create/ref-missing',
      'a Git ref is required, use one of the following: --branch, --tag, --commit, --ref-name or --tag-semver',
    );
  }
  if (scheme === 'ssh' && options.hasCaFile) {
    throw new FluxError('create/ca-file-over-ssh', 'specifying a CA file is not supported for Git over SSH');
  }
  const spec: JsonObject = {
    url: options.url,
    interval: formatDuration(options.intervalMs),
    ref,
    ...(options.timeoutMs > 0 ? { timeout: formatDuration(options.timeoutMs) } : {}),
    ...(options.secretRef === '' ? {} : { secretRef: { name: options.secretRef } }),
    ...(options.proxySecretRef === '' ? {} : { proxySecretRef: { name: options.proxySecretRef } }),
    ...(options.provider === '' ? {} : { provider: options.provider }),
    ...(options.recurseSubmodules ? { recurseSubmodules: true } : {}),
    ...(options.ignorePaths.length === 0 ? {} : { ignore: options.ignorePaths.join('\n') }),
    ...(options.sparseCheckout.length === 0 ? {} : { sparseCheckout: [...options.sparseCheckout] }),
  };
  return {
    apiVersion: `${GROUP.source}/v1`,
    kind: 'GitRepository',
    metadata: metadataOf(options.name, options.namespace, options.labels),
    spec,
  };
}

/** Which of several refs counts: commit (with its branch), then name, semver, tag, branch. */
function refOf(options: GitRepositoryOptions): JsonObject | undefined {
  const { branch, tag, semver, commit, refName } = options;
  if (commit !== '') return { ...(branch === '' ? {} : { branch }), commit };
  if (refName !== '') return { name: refName };
  if (semver !== '') return { semver };
  if (tag !== '') return { tag };
  return branch === '' ? undefined : { branch };
}
