import type { ArtifactStore, StoreOptions } from './open-store.ts';
import type { PackedFolder, PackFolderOptions } from './pack-folder.ts';
import type { ParsedTarEntry } from './parse-tar.ts';
import type {
  ArchiveEntry,
  Excludes,
  FetchArtifactOptions,
  OpenUrl,
  PackedArtifact,
  UnpackedFile,
  UnpackOptions,
} from './types.ts';

export { collectPatterns, createSourceMatcher, type SelectOptions, selectEntries } from './create-source-matcher.ts';
export type { ArtifactStore, StoreOptions } from './open-store.ts';
export type { PackedFolder, PackFolderOptions } from './pack-folder.ts';
export type { ParsedTarEntry } from './parse-tar.ts';
export { notFound, openUrl, unreachable } from './fetch-artifact.ts';
export type {
  ArchiveEntry,
  Excludes,
  FetchArtifactOptions,
  OpenUrl,
  PackedArtifact,
  UnpackedFile,
  UnpackOptions,
} from './types.ts';
export { parseServiceUrl, type ServiceUrl } from './parse-service-url.ts';

// Compression, hashing and the disk are loaded when they are needed.

/** Packs entries as source-controller does; see pack.ts. */
export async function pack(entries: Iterable<ArchiveEntry>, excludes: Excludes): Promise<PackedArtifact> {
  return (await import('./pack.ts')).pack(entries, excludes);
}

/** Unpacks an artifact into memory; see unpack.ts. */
export async function unpack(bytes: Uint8Array, options: UnpackOptions = {}): Promise<Map<string, UnpackedFile>> {
  return (await import('./unpack.ts')).unpack(bytes, options);
}

/** Unpacks an artifact into memory, directories and all; see unpack.ts. */
export async function unpackEntries(bytes: Uint8Array, options: UnpackOptions = {}): Promise<ArchiveEntry[]> {
  return (await import('./unpack.ts')).unpackEntries(bytes, options);
}

/** Reads a tar file that is not compressed; see parse-tar.ts. */
export async function readTar(tar: Uint8Array): Promise<ParsedTarEntry[]> {
  const { Buffer } = await import('node:buffer');
  return (await import('./parse-tar.ts')).parseTar(Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength));
}

/** Opens a folder as a store of artifacts; see open-store.ts. */
export async function openStore(folder: string, options: StoreOptions): Promise<ArtifactStore> {
  return (await import('./open-store.ts')).openStore(folder, options);
}

/** Downloads an artifact and checks its digest; see fetch-artifact.ts. */
export async function fetchArtifact(url: string, open: OpenUrl, options: FetchArtifactOptions): Promise<Uint8Array> {
  return (await import('./fetch-artifact.ts')).fetchArtifact(url, open, options);
}

/** The digest of bytes as `status.artifact.digest` has it; see digest.ts. */
export async function computeDigest(bytes: Uint8Array): Promise<string> {
  return (await import('./digest.ts')).computeDigest(bytes);
}

/** Packs a folder of this machine as `flux push artifact` does; see pack-folder.ts. */
export async function packFolder(folder: string, options: PackFolderOptions): Promise<PackedFolder> {
  return (await import('./pack-folder.ts')).packFolder(folder, options);
}

/** Packs one file as `flux push artifact` does; see pack-folder.ts. */
export async function packFile(name: string, bytes: Uint8Array, mode: number): Promise<PackedFolder> {
  return (await import('./pack-folder.ts')).packFile(name, bytes, mode);
}

/** Unpacks an artifact into a folder of this machine; see write-folder.ts. */
export async function writeFolder(folder: string, bytes: Uint8Array, options: UnpackOptions = {}): Promise<number> {
  return (await import('./write-folder.ts')).writeFolder(folder, bytes, options);
}
