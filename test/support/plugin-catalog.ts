import { createHash } from 'node:crypto';
import { goPlatform } from '../../src/lib/engine/plugin/index.ts';
import { type FileServer, startFileServer } from './file-server.ts';

/** A version of a plugin to be offered. */
export interface OfferedVersion {
  readonly version: string;
  /** Where it lies on the server: the ending tells what it is. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Default: that of the bytes. */
  readonly checksum?: string;
  readonly extractPath?: string;
  /** Default: this machine's. */
  readonly os?: string;
}

/** A catalogue of plugins on the loopback interface, with what it leads to. */
export interface TestCatalog extends FileServer {
  /** For `FLUXCD_PLUGIN_CATALOG`. */
  readonly url: string;
  /** Puts a plugin into the catalogue, newest version first; members of the manifest can be others. */
  offer(name: string, versions: readonly OfferedVersion[], manifest?: Readonly<Record<string, unknown>>): void;
  /** Writes the list of all that was offered. */
  list(entries: readonly Readonly<Record<string, string>>[], more?: Readonly<Record<string, unknown>>): void;
}

/** The digest of bytes as a manifest has it. */
export const checksumOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Starts one. */
export async function startCatalog(): Promise<TestCatalog> {
  const server = await startFileServer();
  const own = goPlatform(process.platform, process.arch);
  const write = (file: string, value: unknown): void =>
    void server.files.set(`/catalog/${file}`, Buffer.from(JSON.stringify(value)));
  return {
    ...server,
    url: server.urlOf('/catalog/'),
    offer(name, versions, manifest = {}) {
      for (const { file, bytes } of versions) server.files.set(`/files/${file}`, bytes);
      write(`${name}.yaml`, {
        apiVersion: 'cli.fluxcd.io/v1beta1',
        kind: 'Plugin',
        name,
        description: `What ${name} does`,
        bin: `flux-${name}`,
        versions: versions.map(({ version, file, bytes, checksum = checksumOf(bytes), extractPath, os = own.os }) => ({
          version,
          platforms: [
            { os: 'plan9', arch: own.arch, url: server.urlOf('/none'), checksum: checksumOf(Buffer.from('plan9')) },
            {
              os,
              arch: own.arch,
              url: server.urlOf(`/files/${file}`),
              checksum,
              ...(extractPath === undefined ? {} : { extractPath }),
            },
          ],
        })),
        ...manifest,
      });
    },
    list(entries, more = {}) {
      write('catalog.yaml', { apiVersion: 'cli.fluxcd.io/v1beta1', kind: 'PluginCatalog', plugins: entries, ...more });
    },
  };
}
