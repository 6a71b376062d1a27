import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { formatConditionTime } from '../../engine/conditions/index.ts';
import type { Revision } from '../../engine/git/index.ts';
import type { SourceContent } from './source-contents.ts';

/**
 * Scheme of the artifact's URL. There is no server for it, and that is the point: kustomize-controller gives up on it at once
 * and takes the artifact that source-controller builds as soon as it runs. An http URL that nobody serves yet would keep it
 * trying for minutes.
 */
const DRIVEN_SCHEME = 'flux-ts';

/** The artifact in a source's status. */
export function artifactOf(source: K8sObject): JsonObject | undefined {
  const status = source['status'];
  return isJsonObject(status) && isJsonObject(status['artifact']) ? status['artifact'] : undefined;
}

/**
 * Writes the artifact for the status, as source-controller would; only the scheme of the URL is ours.
 *
 * Effects: none
 * Source: fluxcd/pkg artifact/storage/storage.go NewArtifactFor
 *
 * @param now milliseconds since the epoch
 */
export function formatArtifact(
  object: K8sObject,
  revision: Revision,
  { digest, sizeBytes }: Pick<SourceContent, 'digest' | 'sizeBytes'>,
  now: number,
): JsonObject {
  const { namespace = '', name } = object.metadata;
  const path = `gitrepository/${namespace}/${name}/${revision.commit}.tar.gz`;
  return {
    digest,
    lastUpdateTime: formatConditionTime(now),
    path,
    revision: revision.revision,
    size: sizeBytes,
    url: `${DRIVEN_SCHEME}://${path}`,
  };
}

/**
 * Writes a revision of old versions (`main/51d0…`) in the form of today.
 *
 * Effects: none
 * Source: fluxcd/pkg git/utils.go TransformRevision
 */
export function currentRevision(revision: string): string {
  if (revision.includes(':')) return revision;
  const slash = revision.lastIndexOf('/');
  const [name, commit] = slash < 0 ? ['', revision] : [revision.slice(0, slash), revision.slice(slash + 1)];
  return name === '' || name === 'HEAD' ? `sha1:${commit}` : `${name}@sha1:${commit}`;
}
