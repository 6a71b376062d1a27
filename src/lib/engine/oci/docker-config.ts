import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Reference } from './parse-reference.ts';
import type { RegistryLogin } from './types.ts';

/** What reading logins of this machine needs of it. */
export interface KeychainPorts {
  /** Absent where there is no such file. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  /** Runs a program with a text on its standard input; rejects where there is none of that name. */
  readonly run: (
    program: string,
    args: readonly string[],
    input: string,
  ) => Promise<{ readonly code: number; readonly stdout: string }>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** The key that Docker keeps the login of Docker Hub under. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
/** The user name by which a helper says that it gives a refresh token. */
const TOKEN_USER = '<token>';

/**
 * Finds the login of a registry where `docker login` and `podman login` keep it: in the file itself, or with a credential helper.
 * The first file that knows the registry wins.
 *
 * Effects: reads files; runs the credential helper that the file names
 * Source: docs.docker.com "docker login", "Credential stores"; google/go-containerregistry pkg/authn/keychain.go for the files
 *
 * @returns absent where nobody is logged in there
 * @throws {FluxError} oci/bad-config, oci/helper-failed
 */
export async function findLogin(
  reference: Pick<Reference, 'registry' | 'repository'>,
  ports: KeychainPorts,
): Promise<RegistryLogin | undefined> {
  for (const path of configPaths(ports)) {
    const text = await ports.readFile(path);
    if (text === undefined) continue;
    const login = await loginIn(parseConfig(text, path), reference, ports);
    if (login !== undefined) return login;
  }
  return undefined;
}

/**
 * Finds the login of a registry in the data of a Secret of type `kubernetes.io/dockerconfigjson`, or any such text.
 *
 * Effects: none
 *
 * @throws {FluxError} oci/bad-config
 */
export function findLoginIn(text: string, reference: Pick<Reference, 'registry' | 'repository'>): RegistryLogin | undefined {
  return entryOf(parseConfig(text, 'the login'), reference);
}

/**
 * Reads `--creds`: `user:password`, or a token alone.
 *
 * Effects: none
 * Source: fluxcd/pkg oci/login.go
 */
export function parseCreds(creds: string): RegistryLogin {
  const colon = creds.indexOf(':');
  if (colon < 0) return { kind: 'bearer', token: creds };
  return { kind: 'basic', username: creds.slice(0, colon), password: creds.slice(colon + 1) };
}

function configPaths({ env, homeDir }: KeychainPorts): string[] {
  const set = (name: string): string => env[name] ?? '';
  const docker = set('DOCKER_CONFIG') === '' ? `${homeDir}/.docker` : set('DOCKER_CONFIG');
  return [
    `${docker}/config.json`,
    ...(set('REGISTRY_AUTH_FILE') === '' ? [] : [set('REGISTRY_AUTH_FILE')]),
    ...(set('XDG_RUNTIME_DIR') === '' ? [] : [`${set('XDG_RUNTIME_DIR')}/containers/auth.json`]),
  ];
}

function parseConfig(text: string, path: string): JsonObject {
  try {
    const parsed = JSON.parse(text.trim() === '' ? '{}' : text) as JsonValue;
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // What the parser says may have a piece of a password in it.
  }
  throw new FluxError('oci/bad-config', `${path} is not a readable configuration of Docker`, {
    hint: 'mend its JSON, or log in anew with `docker login`',
    source: { file: path },
  });
}

async function loginIn(
  config: JsonObject,
  reference: Pick<Reference, 'registry' | 'repository'>,
  ports: KeychainPorts,
): Promise<RegistryLogin | undefined> {
  const helpers = isJsonObject(config['credHelpers']) ? config['credHelpers'] : {};
  const keys = keysOf(reference);
  const own = keys.map((key) => (Object.hasOwn(helpers, key) ? helpers[key] : undefined)).find((name) => name !== undefined);
  const helper = own ?? config['credsStore'];
  if (typeof helper === 'string' && helper !== '') {
    const login = await askHelper(helper, keys, ports);
    if (login !== undefined) return login;
  }
  return entryOf(config, reference);
}

/** Under which keys a registry's login may stand, the narrowest first. */
function keysOf({ registry, repository }: Pick<Reference, 'registry' | 'repository'>): string[] {
  return registry === 'index.docker.io'
    ? [DOCKER_HUB_KEY, 'index.docker.io', 'docker.io']
    : [`${registry}/${repository}`, registry];
}

function entryOf(config: JsonObject, reference: Pick<Reference, 'registry' | 'repository'>): RegistryLogin | undefined {
  const auths = isJsonObject(config['auths']) ? config['auths'] : {};
  const byHost = new Map(Object.entries(auths).map(([key, value]) => [hostOf(key), value]));
  for (const key of keysOf(reference)) {
    const entry = Object.hasOwn(auths, key) ? auths[key] : byHost.get(key);
    const login = isJsonObject(entry) ? readEntry(entry) : undefined;
    if (login !== undefined) return login;
  }
  return undefined;
}

/** Old configurations have URLs as keys. */
function hostOf(key: string): string {
  const bare = key.replace(/^https?:\/\//, '');
  return bare === key ? key : (bare.split('/')[0] ?? '');
}

function readEntry(entry: JsonObject): RegistryLogin | undefined {
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  if (text('registrytoken') !== '') return { kind: 'bearer', token: text('registrytoken') };
  const decoded = Buffer.from(text('auth'), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  const username = colon < 0 ? text('username') : decoded.slice(0, colon);
  const password = colon < 0 ? text('password') : decoded.slice(colon + 1);
  if (text('identitytoken') !== '') return { kind: 'refresh', username, token: text('identitytoken') };
  return username === '' && password === '' ? undefined : { kind: 'basic', username, password };
}

async function askHelper(name: string, keys: readonly string[], ports: KeychainPorts): Promise<RegistryLogin | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw helperFailed(program, 'its name is no name of a program');
  // A helper knows hosts, and Docker Hub by its key.
  const server = keys.at(0) === DOCKER_HUB_KEY ? DOCKER_HUB_KEY : (keys.at(-1) ?? '');
  let answer: { readonly code: number; readonly stdout: string };
  try {
    answer = await ports.run(program, ['get'], server);
  } catch (cause) {
    throw helperFailed(program, 'it cannot be run', cause);
  }
  // "credentials not found in native keychain" is how helpers say that nobody is logged in.
  if (answer.code !== 0) {
    if (/credentials not found/i.test(answer.stdout)) return undefined;
    throw helperFailed(program, `it ended with ${answer.code}`);
  }
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(answer.stdout) as JsonValue;
  } catch {
    throw helperFailed(program, 'its answer cannot be read');
  }
  const { Username: username, Secret: secret } = isJsonObject(parsed) ? parsed : {};
  if (typeof username !== 'string' || typeof secret !== 'string') throw helperFailed(program, 'its answer cannot be read');
  return username === TOKEN_USER
    ? { kind: 'refresh', username: '', token: secret }
    : { kind: 'basic', username, password: secret };
}

function helperFailed(program: string, why: string, cause?: unknown): FluxError {
  return new FluxError('oci/helper-failed', `the credential helper ${program} gave no login: ${why}`, {
    hint: `see what \`echo HOST | ${program} get\` says, or give --creds`,
    ...(cause === undefined ? {} : { cause }),
  });
}
