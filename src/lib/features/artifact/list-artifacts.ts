import { FluxError, messageOf } from '../../core/errors.ts';
import { compileGoRegExp } from '../../core/go-regexp.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import type { View } from '../../core/view.ts';
import { ANNOTATION, parseReference, readManifest, repositoryName } from '../../engine/oci/index.ts';
import type { ArtifactWorld, RegistryChoice } from './ports.ts';
import { requireUrl } from './require-url.ts';

/** Which tags are listed. */
export interface ListArtifactsOptions extends RegistryChoice {
  readonly url: string;
  /** A range of versions; tags that are no version are left out. Empty means all. */
  readonly filterSemver: string;
  /** In Go's form. Empty means all. */
  readonly filterRegex: string;
}

/** A tag of a repository. */
export interface ListedArtifact {
  /** `host/path:tag`. */
  readonly artifact: string;
  readonly tag: string;
  readonly digest: string;
  readonly source: string;
  readonly revision: string;
  /** RFC 3339, as the manifest has it; empty where it has none. */
  readonly created: string;
}

/** Columns of `list artifacts`. */
export const ARTIFACTS_VIEW: View<ListedArtifact> = [
  { title: 'ARTIFACT', value: (row) => row.artifact },
  { title: 'DIGEST', value: (row) => row.digest },
  { title: 'SOURCE', value: (row) => row.source },
  { title: 'REVISION', value: (row) => row.revision },
  { title: 'CREATED', value: (row) => row.created, wide: true },
];

/** Requests under way at once. */
const CONCURRENCY = 8;
/** Tags that cosign keeps its own artifacts under. */
const COSIGN = /\.(?:att|sbom|sig)$/;

/**
 * Lists the tags of a repository with what their manifests tell, the last by name first. A tag that vanishes meanwhile is left out.
 *
 * Effects: asks the registry: the tags, and one manifest for each
 * Source: fluxcd/pkg oci/list.go
 *
 * @throws {FluxError} artifact/url-missing, artifact/bad-filter; those of the registry
 */
export async function listArtifacts(
  options: ListArtifactsOptions,
  world: Pick<ArtifactWorld, 'openRegistry'>,
): Promise<ListedArtifact[]> {
  const reference = parseReference(requireUrl(options.url, 'artifact repository URL is required'));
  const fits = await filterOf(options);
  const registry = await world.openRegistry(reference, options);
  const { repository } = reference;
  const tags = (await registry.listTags(repository)).filter((tag) => !COSIGN.test(tag) && fits(tag));
  tags.sort((one, other) => (one < other ? 1 : -1));
  const rows = await mapBounded(tags, CONCURRENCY, async (tag): Promise<ListedArtifact[]> => {
    try {
      const stored = await registry.getManifest(repository, tag);
      const { annotations } = readManifest(stored);
      return [
        {
          artifact: `${repositoryName(reference)}:${tag}`,
          tag,
          digest: stored.digest,
          source: annotations[ANNOTATION.source] ?? '',
          revision: annotations[ANNOTATION.revision] ?? '',
          created: annotations[ANNOTATION.created] ?? '',
        },
      ];
    } catch (error) {
      if (error instanceof FluxError && error.code === 'oci/not-found') return [];
      throw error;
    }
  });
  return rows.flat();
}

async function filterOf({ filterSemver, filterRegex }: ListArtifactsOptions): Promise<(tag: string) => boolean> {
  const regex =
    filterRegex === ''
      ? undefined
      : compileGoRegExp(filterRegex, (what, hint, cause) =>
          badFilter(`regex '${filterRegex}' parse error: ${what}`, hint, cause),
        );
  const matches = (tag: string): boolean => regex?.test(tag) !== false;
  if (filterSemver === '') return matches;
  // Versions are read as those of Git tags are; that part is not small, so it is loaded only here.
  const { parseConstraint, parseVersion, satisfies } = await import('../../engine/git/index.ts');
  const constraint = attempt(`semver '${filterSemver}'`, () => parseConstraint(filterSemver));
  const isWithin = (tag: string): boolean => {
    const version = parseVersion(tag);
    return version !== undefined && satisfies(version, constraint);
  };
  return (tag) => matches(tag) && isWithin(tag);
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw badFilter(`${what} parse error: ${messageOf(cause)}`, 'such as ">=1.0.0 <2.0.0"', cause);
  }
}

function badFilter(message: string, hint: string, cause: unknown): FluxError {
  return new FluxError('artifact/bad-filter', message, { hint, cause });
}
