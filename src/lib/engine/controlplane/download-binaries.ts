import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { FluxError, messageOf } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { ENVTEST_INDEX_URL, findEnvtestArchive } from './envtest-index.ts';
import { extractTar } from './extract-tar.ts';
import type { BinaryName } from './find-binaries.ts';
import type { Host } from './host.ts';
import type { OpenDownload } from './open-download.ts';

/** Options of a download. */
export interface DownloadOptions {
  readonly version: string;
  /** Where the programs shall be. */
  readonly targetDir: string;
  readonly open: OpenDownload;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Official programs for Linux, which the envtest archives lack. */
const RELEASE_URL = 'https://dl.k8s.io/release';
const MAX_INDEX_BYTES = 8 * 1024 * 1024;

/**
 * Downloads official programs: the envtest archive of the version, and kube-controller-manager, which that archive lacks,
 * from the Kubernetes release (Linux only). Each is checked by its published SHA-512 before anything of it is used.
 *
 * Effects: network; writes the programs that were asked for, each only when complete
 *
 * @returns the names that are there now
 * @throws {FluxError} controlplane/download-failed: unreachable or refused
 * @throws {FluxError} controlplane/digest-mismatch: not what was published
 * @throws {FluxError} controlplane/no-release: there is none for this version and platform
 */
export async function downloadBinaries(
  names: readonly BinaryName[],
  host: Host,
  options: DownloadOptions,
): Promise<readonly BinaryName[]> {
  mkdirSync(options.targetDir, { recursive: true });
  const inArchive = names.filter((name) => name !== 'kube-controller-manager');
  const found = inArchive.length === 0 ? [] : await downloadArchive(inArchive, host, options);
  if (names.includes('kube-controller-manager')) found.push(await downloadControllerManager(host, options));
  return found;
}

async function downloadArchive(names: readonly BinaryName[], host: Host, options: DownloadOptions): Promise<BinaryName[]> {
  const { version, targetDir, open, progress, signal } = options;
  const platform = `${host.platform}-${goArch(host)}`;
  const index = await readText(await open(ENVTEST_INDEX_URL, signal));
  const archive = findEnvtestArchive(index, version, platform);
  if (archive === undefined) {
    throw new FluxError('controlplane/no-release', `there is no envtest archive of ${version} for ${platform}`);
  }
  progress.action(`downloading ${archive.url}`);
  const suffix = `${randomUUID()}.tmp`;
  const draft = join(targetDir, `envtest.${suffix}`);
  try {
    await save(await open(archive.url, signal), draft, archive.sha512, archive.url);
    const targetOf = (name: string) => {
      const binary = names.find((candidate) => candidate === basename(name));
      return binary === undefined ? undefined : join(targetDir, `${binary}.${suffix}`);
    };
    const source = createReadStream(draft);
    const unzipped = createGunzip();
    const [written] = await Promise.all([extractTar(unzipped, targetOf), pipeline(source, unzipped)]);
    const found = names.filter((name) => written.some((path) => basename(path) === name));
    for (const name of found) renameSync(join(targetDir, `${name}.${suffix}`), join(targetDir, name));
    return found;
  } finally {
    for (const file of ['envtest', ...names]) rmSync(join(targetDir, `${file}.${suffix}`), { force: true });
  }
}

async function downloadControllerManager(host: Host, options: DownloadOptions): Promise<BinaryName> {
  const { version, targetDir, open, progress, signal } = options;
  const name = 'kube-controller-manager';
  if (host.platform !== 'linux') {
    throw new FluxError('controlplane/no-release', `Kubernetes publishes ${name} for Linux only, not for ${host.platform}`);
  }
  const url = `${RELEASE_URL}/${version}/bin/linux/${goArch(host)}/${name}`;
  const digest = (await readText(await open(`${url}.sha512`, signal))).trim().split(/\s/)[0] ?? '';
  if (!/^[0-9a-f]{128}$/.test(digest)) throw new FluxError('controlplane/bad-index', `${url}.sha512 holds no SHA-512`);
  progress.action(`downloading ${url}`);
  const draft = join(targetDir, `${name}.${randomUUID()}.tmp`);
  try {
    await save(await open(url, signal), draft, digest, url, 0o755);
    renameSync(draft, join(targetDir, name));
    return name;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function save(stream: Readable, file: string, sha512: string, url: string, mode = 0o600): Promise<void> {
  const hash = createHash('sha512');
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(stream, tap, createWriteStream(file, { mode }));
  } catch (cause) {
    throw new FluxError('controlplane/download-failed', `the download of ${url} broke off: ${messageOf(cause)}`, { cause });
  }
  const actual = hash.digest('hex');
  if (actual !== sha512) {
    throw new FluxError('controlplane/digest-mismatch', `${url} has SHA-512 ${actual}, published is ${sha512}`, {
      hint: 'do not use it; try again, and if it stays so, something between you and the server changes it',
    });
  }
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_INDEX_BYTES) throw new FluxError('controlplane/bad-index', `an index is larger than ${MAX_INDEX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function goArch(host: Host): string {
  return host.arch === 'x64' ? 'amd64' : host.arch;
}
