import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { FluxError } from '../../core/errors.ts';

/** One archive of the official envtest releases. */
export interface EnvtestArchive {
  readonly url: string;
  /** SHA-512 of the archive, hexadecimal. */
  readonly sha512: string;
}

/** Where the index of the releases is published. */
export const ENVTEST_INDEX_URL = 'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';

const ARCHIVE_PREFIX = 'https://github.com/kubernetes-sigs/controller-tools/releases/download/';

/**
 * Finds the archive of a version for a platform in the text of the release index.
 *
 * Effects: none
 * Source: kubernetes-sigs/controller-tools envtest-releases.yaml
 *
 * @param platform as in the archives' names: `linux-amd64`
 * @returns `undefined` where the index has no such archive
 * @throws {FluxError} controlplane/bad-index: the text is no index, or the archive lies elsewhere than the official ones do
 */
export function findEnvtestArchive(index: string, version: string, platform: string): EnvtestArchive | undefined {
  const bad = (what: string, cause?: unknown) =>
    new FluxError('controlplane/bad-index', `the index of envtest releases makes no sense: ${what}`, { cause });
  let releases: unknown;
  try {
    // Texts only: a digest of nothing but digits is no number.
    releases = (load(index, { schema: FAILSAFE_SCHEMA }) as { releases?: unknown } | undefined)?.releases;
  } catch (cause) {
    throw bad('it is not YAML', cause);
  }
  if (typeof releases !== 'object' || releases === null) throw bad('it has no releases');
  const archives = (releases as Record<string, Record<string, unknown> | undefined>)[version];
  const archive = archives?.[`envtest-${version}-${platform}.tar.gz`] as { hash?: unknown; selfLink?: unknown } | undefined;
  if (archive === undefined) return undefined;
  const { hash, selfLink } = archive;
  if (typeof hash !== 'string' || !/^[0-9a-f]{128}$/.test(hash)) throw bad(`no SHA-512 for ${version} ${platform}`);
  if (typeof selfLink !== 'string' || !selfLink.startsWith(ARCHIVE_PREFIX))
    throw bad(`a foreign link for ${version} ${platform}`);
  return { url: selfLink, sha512: hash };
}
