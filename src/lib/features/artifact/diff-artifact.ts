import type { View } from '../../core/view.ts';
import { unpackEntries } from '../../engine/artifact/index.ts';
import { parseReference } from '../../engine/oci/index.ts';
import { fetchLayer, findArtifact } from './fetch-artifact-layer.ts';
import { packPath, type PackOptions } from './pack-path.ts';
import type { ArtifactWorld, RegistryChoice } from './ports.ts';
import { requireUrl } from './require-url.ts';

/** What is compared. */
export interface DiffArtifactOptions extends PackOptions, RegistryChoice {
  readonly url: string;
}

/** One file or directory that differs. */
export interface ArtifactChange {
  readonly path: string;
  /** `added` is what only the local folder has. */
  readonly change: 'added' | 'removed' | 'content' | 'mode';
}

/** The difference between a folder and an artifact. */
export interface ArtifactDiff {
  readonly digest: string;
  readonly localDigest: string;
  readonly remoteDigest: string;
  /** In order of their paths. Empty where only the compression differs. */
  readonly changes: readonly ArtifactChange[];
}

/** Columns of `diff artifact`. */
export const CHANGES_VIEW: View<ArtifactChange> = [
  { title: 'CHANGE', value: (row) => row.change },
  { title: 'PATH', value: (row) => row.path },
];

/**
 * Compares a folder or a file with an artifact. Equal digests settle it; else the artifact is downloaded and compared entry by
 * entry, so that what was compressed by another program is no difference.
 *
 * Effects: reads files; asks the registry
 * Source: fluxcd/pkg oci/diff.go
 * Differs: tells what differs; upstream compares the digests alone
 *
 * @throws {FluxError} artifact/url-missing, artifact/bad-path, artifact/no-layer; those of packing and of the registry
 */
export async function diffArtifact(options: DiffArtifactOptions, world: ArtifactWorld): Promise<ArtifactDiff> {
  const reference = parseReference(requireUrl(options.url, 'artifact URL is required'));
  const packed = await packPath(options, world.files);
  const registry = await world.openRegistry(reference, options);
  const found = await findArtifact(registry, reference);
  const digests = { digest: found.digest, localDigest: packed.digest, remoteDigest: found.layer.digest };
  if (packed.digest === found.layer.digest) return { ...digests, changes: [] };
  const [local, remote] = await Promise.all([
    unpackEntries(packed.bytes),
    unpackEntries(await fetchLayer(registry, reference, found)),
  ]);
  const before = new Map(remote.map((entry) => [entry.path, entry]));
  const changes: ArtifactChange[] = [];
  for (const entry of local) {
    const old = before.get(entry.path);
    before.delete(entry.path);
    if (old === undefined) changes.push({ path: entry.path, change: 'added' });
    else if (old.type !== entry.type || Buffer.compare(old.bytes, entry.bytes) !== 0)
      changes.push({ path: entry.path, change: 'content' });
    else if (old.mode !== entry.mode) changes.push({ path: entry.path, change: 'mode' });
  }
  for (const path of before.keys()) changes.push({ path, change: 'removed' });
  return { ...digests, changes: changes.sort((one, other) => (one.path < other.path ? -1 : 1)) };
}
