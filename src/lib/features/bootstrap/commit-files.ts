import { redact } from '../../core/redact.ts';
import type { Clone } from '../../engine/git/index.ts';
import type { BootstrapOptions } from './options.ts';
import type { BootstrapWorld } from './ports.ts';

/** One commit that was pushed. */
export interface PushedCommit {
  readonly id: string;
  /** First line of its message. */
  readonly subject: string;
}

/**
 * Commits what was written into a clone, and pushes it; nothing where nothing has changed.
 *
 * Effects: writes the repository
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_plain_git.go
 *
 * @param what how messages name it: `component manifests`
 * @throws {FluxError} git/non-fast-forward, git/push-rejected, git/…
 */
export async function commitFiles(
  clone: Clone,
  what: 'component manifests' | 'sync manifests',
  subject: string,
  options: BootstrapOptions,
  world: BootstrapWorld,
): Promise<PushedCommit | undefined> {
  const { progress, sign, signal } = world;
  const appendix = options.commitMessageAppendix;
  const message = appendix === '' ? subject : `${subject}\n\n${appendix}`;
  const id = await clone.commit({ message, ...(sign === undefined ? {} : { sign }) });
  if (id === undefined) {
    progress.success(`${what} are up to date`);
    return undefined;
  }
  progress.success(`committed ${what} to ${JSON.stringify(options.branch)} (${JSON.stringify(id)})`);
  progress.action(`pushing ${what} to ${JSON.stringify(redact(options.url))}`);
  await clone.push(signal === undefined ? {} : { signal });
  progress.success(`pushed ${id.slice(0, 7)} ${subject}`);
  return { id, subject };
}
