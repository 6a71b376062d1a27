import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SILENT } from '../../src/lib/core/progress.ts';
import { buildBinary, findFreePorts, withLock } from '../../src/lib/engine/controlplane/index.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import { findToolsDir } from '../../src/lib/features/sandbox/sandbox-paths.ts';

/** The registry of the distribution project, running as a local process. */
export interface OciRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /**
   * Stores a tarball under a tag, and returns the digest of its manifest.
   *
   * @param types of what it is; default: as `flux push artifact` stores it
   */
  push(
    repository: string,
    tag: string,
    tarball: Uint8Array,
    annotations?: Readonly<Record<string, string>>,
    types?: ArtifactTypes,
  ): Promise<string>;
  stop(): Promise<void>;
}

/** Media types of the two parts of an artifact. */
export interface ArtifactTypes {
  readonly config: string;
  readonly content: string;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const FLUX_ARTIFACT: ArtifactTypes = {
  config: 'application/vnd.cncf.flux.config.v1+json',
  content: 'application/vnd.cncf.flux.content.v1.tar+gzip',
};

/** A chart, as `helm push` stores it. */
export const HELM_CHART: ArtifactTypes = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  content: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
};

/** How a registry is to be started. */
export interface OciRegistryOptions {
  /**
   * Who may in: everybody; whoever has the password of `REGISTRY_USER`; or whoever has a token of this server.
   * Default: everybody.
   */
  readonly login?: 'basic' | RegistryTokenServer;
}

/** A token server that a registry believes. */
export interface RegistryTokenServer {
  readonly realm: string;
  readonly issuer: string;
  readonly service: string;
  /** File with its keys, as a JSON Web Key Set. */
  readonly keySetPath: string;
}

/** Who may into a registry with logins; the hash is bcrypt's of the password. */
export const REGISTRY_USER = {
  name: 'flux',
  password: 'open sesame',
  hash: '$2a$04$ozig1zFM9YGunzICk0BABOt/yr3aVTEqtopZQrlhhVvl.Z.Hejuci',
} as const;

/** Starts a registry over http; the first time it is built, which takes a minute. */
export async function startOciRegistry({ login }: OciRegistryOptions = {}): Promise<OciRegistry> {
  const program = await findRegistry();
  const dir = mkdtempSync(join(tmpdir(), 'flux-ts-registry-'));
  const [port] = await findFreePorts(1);
  const host = `127.0.0.1:${port}`;
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'htpasswd'), `${REGISTRY_USER.name}:${REGISTRY_USER.hash}\n`);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(dir, 'data') } },
    http: { addr: host },
    ...authOf(login, join(dir, 'htpasswd')),
  };
  writeFileSync(join(dir, 'config.yml'), JSON.stringify(config));
  const child = spawn(program, ['serve', join(dir, 'config.yml')], {
    stdio: 'ignore',
    env: { HOME: dir, OTEL_TRACES_EXPORTER: 'none' },
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  await waitFor(`http://${host}/`);
  return {
    host,
    async push(repository, tag, tarball, annotations = {}, types = FLUX_ARTIFACT) {
      const config = await upload(host, repository, Buffer.from('{}'), types.config);
      const layer = await upload(host, repository, tarball, types.content);
      const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer], annotations };
      const body = JSON.stringify(manifest);
      const headers = { 'content-type': MANIFEST };
      await expectOk(await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { method: 'PUT', headers, body }));
      return digestOf(Buffer.from(body));
    },
    async stop() {
      const over = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await over;
      }
      process.removeListener('exit', kill);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function authOf(login: OciRegistryOptions['login'], passwordFile: string): object {
  if (login === undefined) return {};
  if (login === 'basic') return { auth: { htpasswd: { realm: 'test', path: passwordFile } } };
  const { realm, issuer, service, keySetPath } = login;
  return { auth: { token: { realm, issuer, service, jwks: keySetPath } } };
}

async function upload(host: string, repository: string, bytes: Uint8Array, mediaType: string) {
  const digest = digestOf(bytes);
  const begun = await expectOk(await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' }));
  const place = new URL(begun.headers.get('location') ?? '', `http://${host}`);
  place.searchParams.set('digest', digest);
  await expectOk(await fetch(place, { method: 'PUT', body: Buffer.from(bytes) }));
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function expectOk(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return response;
}

async function waitFor(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer`);
}

async function findRegistry(): Promise<string> {
  const moduleDir = join(findToolsDir(), 'registry');
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flux-ts', 'registry', 'v3.0.0-logins');
  const output = join(cache, 'registry');
  const host = hostOfProcess(process.env);
  if (!existsSync(output)) {
    await withLock(join(cache, 'registry.lock'), host, {}, async () => {
      if (existsSync(output)) return;
      const recipe = { title: 'registry v3.0.0', moduleDir, package: '.', linkerFlags: '-s -w', output };
      await buildBinary(recipe, host, { progress: SILENT });
    });
  }
  return output;
}
