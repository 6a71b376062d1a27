import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { formatConditionTime } from '../../engine/conditions/index.ts';
import type { Revision } from '../../engine/git/index.ts';
import type { SourceContent } from './source-contents.ts';

/** The artifact in a source's status. */
export function artifactOf(source: K8sObject): JsonObject | undefined {
  const status = source['status'];
  return isJsonObject(status) && isJsonObject(status['artifact']) ? status['artifact'] : undefined;
}

/**
 * Writes the artifact for the status, as source-controller would. Its URL is the one that source-controller will serve: until
 * that runs and has built the same tarball, kustomize-controller waits and asks again. Any other URL that cannot be had ends
 * its run in a failure, and it does not try again before its next interval.
 *
 * Effects: none
 * Source: fluxcd/pkg artifact/storage/storage.go NewArtifactFor
 *
 * @param now milliseconds since the epoch
 * @param host of source-controller's file server
 */
export function formatArtifact(
  object: K8sObject,
  revision: Revision,
  { digest, sizeBytes }: Pick<SourceContent, 'digest' | 'sizeBytes'>,
  now: number,
  host: string,
): JsonObject {
  const { namespace = '', name } = object.metadata;
  const path = `gitrepository/${namespace}/${name}/${revision.commit}.tar.gz`;
  return {
    digest,
    lastUpdateTime: formatConditionTime(now),
    path,
    revision: revision.revision,
    size: sizeBytes,
    url: `http://${host}/${path}`,
  };
}

/**
 * The host under which source-controller serves: that of an earlier artifact, else the one of a default installation.
 *
 * Effects: none
 * Source: flux2 pkg/manifestgen/install, `--storage-adv-addr`
 *
 * @param namespace where the controllers would run
 */
export function storageHostOf(artifact: JsonObject | undefined, namespace: string): string {
  const url = artifact?.['url'];
  const known = typeof url === 'string' && url.startsWith('http') && URL.canParse(url) ? new URL(url).host : '';
  return known === '' ? `source-controller.${namespace}.svc.cluster.local.` : known;
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
