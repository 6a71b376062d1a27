import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { ClusterEntry, ContextEntry, ExecConfig, Impersonation, Kubeconfig, UserEntry } from './kubeconfig-types.ts';
import { resolvePath } from './resolve-path.ts';

/** The extension of a cluster entry that is handed to exec plugins. */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/**
 * Reads the text of one kubeconfig. Relative paths in it are taken from the folder of the file; fields that have nothing to do
 * with connecting are left out.
 *
 * Effects: none
 * Source: client-go tools/clientcmd/api/v1 types
 *
 * @param file path of the file, for messages and for its relative paths
 * @throws {FluxError} kube/invalid-kubeconfig: not YAML, or a member has the wrong type
 */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  const root = readRoot(text, file);
  const read: Reader = { file, folder: file.replace(/[\\/][^\\/]*$/, '') };
  const currentContext = readText(read, root, 'current-context', 'current-context');
  return {
    ...(currentContext === undefined ? {} : { currentContext }),
    clusters: readNamed(read, root, 'clusters', 'cluster', readCluster),
    users: readNamed(read, root, 'users', 'user', readUser),
    contexts: readNamed(read, root, 'contexts', 'context', readContext),
  };
}

interface Reader {
  readonly file: string;
  readonly folder: string;
}

function readRoot(text: string, file: string): JsonObject {
  let value: JsonValue | undefined;
  try {
    value = parseYaml(text, { file });
  } catch (cause) {
    // The parser's own message may quote the line, and with it a token.
    const position = cause instanceof FluxError ? cause.source : undefined;
    throw new FluxError('kube/invalid-kubeconfig', `kubeconfig "${file}" is not valid YAML`, {
      hint: `repair the file, or name another one with --kubeconfig`,
      source: position ?? { file },
    });
  }
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw invalid({ file, folder: '' }, 'it', 'a mapping');
  return value;
}

function readNamed<T>(
  read: Reader,
  root: JsonObject,
  list: string,
  member: string,
  convert: (read: Reader, entry: JsonObject, at: string) => T,
): Record<string, T> {
  const entries = root[list];
  const named: Record<string, T> = Object.create(null) as Record<string, T>;
  if (entries === undefined || entries === null) return named;
  if (!Array.isArray(entries)) throw invalid(read, list, 'a list');
  for (const [index, entry] of entries.entries()) {
    const at = `${list}[${index}]`;
    if (!isJsonObject(entry)) throw invalid(read, at, 'a mapping');
    const name = readText(read, entry, 'name', `${at}.name`) ?? '';
    const body = entry[member] ?? {};
    if (!isJsonObject(body)) throw invalid(read, `${at}.${member}`, 'a mapping');
    // Of two entries with one name in one file client-go keeps the last.
    named[name] = convert(read, body, `${at}.${member}`);
  }
  return named;
}

function readCluster(read: Reader, entry: JsonObject, at: string): ClusterEntry {
  const extensions = Array.isArray(entry['extensions']) ? entry['extensions'] : [];
  const execConfig = extensions.find((item) => isJsonObject(item) && item['name'] === EXEC_EXTENSION) as JsonObject | undefined;
  return dropAbsent({
    server: readText(read, entry, 'server', at),
    tlsServerName: readText(read, entry, 'tls-server-name', at),
    insecureSkipTlsVerify: readFlag(read, entry, 'insecure-skip-tls-verify', at),
    certificateAuthority: readPath(read, entry, 'certificate-authority', at),
    certificateAuthorityData: readData(read, entry, 'certificate-authority-data', at),
    proxyUrl: readText(read, entry, 'proxy-url', at),
    disableCompression: readFlag(read, entry, 'disable-compression', at),
    execConfig: execConfig?.['extension'],
  });
}

function readUser(read: Reader, entry: JsonObject, at: string): UserEntry {
  const exec = readMap(read, entry, 'exec', at);
  const provider = readMap(read, entry, 'auth-provider', at);
  return dropAbsent({
    clientCertificate: readPath(read, entry, 'client-certificate', at),
    clientCertificateData: readData(read, entry, 'client-certificate-data', at),
    clientKey: readPath(read, entry, 'client-key', at),
    clientKeyData: readData(read, entry, 'client-key-data', at),
    token: readText(read, entry, 'token', at),
    tokenFile: readPath(read, entry, 'tokenFile', at),
    username: readText(read, entry, 'username', at),
    password: readText(read, entry, 'password', at),
    exec: exec === undefined ? undefined : readExec(read, exec, `${at}.exec`),
    authProvider:
      provider === undefined
        ? undefined
        : {
            name: readText(read, provider, 'name', `${at}.auth-provider`) ?? '',
            config: readTexts(read, provider, 'config', `${at}.auth-provider`),
          },
    impersonate: readImpersonation(read, entry, at),
  });
}

function readImpersonation(read: Reader, entry: JsonObject, at: string): Impersonation | undefined {
  const user = readText(read, entry, 'as', at);
  const uid = readText(read, entry, 'as-uid', at);
  const groups = readList(read, entry, 'as-groups', at);
  const extraMap = readMap(read, entry, 'as-user-extra', at) ?? {};
  const extra: Record<string, string[]> = {};
  for (const key of Object.keys(extraMap)) extra[key] = readList(read, extraMap, key, `${at}.as-user-extra`);
  if (user === undefined && uid === undefined && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
  return { ...dropAbsent({ user, uid }), groups, extra };
}

function readExec(read: Reader, exec: JsonObject, at: string): ExecConfig {
  const command = readText(read, exec, 'command', at) ?? '';
  const env: Record<string, string> = {};
  const pairs = exec['env'] ?? [];
  if (!Array.isArray(pairs)) throw invalid(read, `${at}.env`, 'a list');
  for (const pair of pairs) {
    if (!isJsonObject(pair)) throw invalid(read, `${at}.env`, 'a list of name and value');
    env[readText(read, pair, 'name', `${at}.env`) ?? ''] = readText(read, pair, 'value', `${at}.env`) ?? '';
  }
  return {
    apiVersion: readText(read, exec, 'apiVersion', at) ?? '',
    // A bare name is looked up on the PATH; what has a separator is a path.
    command: /[\\/]/.test(command) ? resolvePath(read.folder, command) : command,
    args: readList(read, exec, 'args', at),
    env,
    provideClusterInfo: readFlag(read, exec, 'provideClusterInfo', at) ?? false,
    ...dropAbsent({
      installHint: readText(read, exec, 'installHint', at),
      interactiveMode: readText(read, exec, 'interactiveMode', at),
    }),
  };
}

function readContext(read: Reader, entry: JsonObject, at: string): ContextEntry {
  return dropAbsent({
    cluster: readText(read, entry, 'cluster', at),
    user: readText(read, entry, 'user', at),
    namespace: readText(read, entry, 'namespace', at),
  });
}

function readText(read: Reader, entry: JsonObject, key: string, at: string): string | undefined {
  const value = entry[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(read, joinPath(at, key), 'text');
  return value;
}

function readFlag(read: Reader, entry: JsonObject, key: string, at: string): boolean | undefined {
  const value = entry[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(read, joinPath(at, key), 'true or false');
  return value;
}

function readPath(read: Reader, entry: JsonObject, key: string, at: string): string | undefined {
  const value = readText(read, entry, key, at);
  return value === undefined ? undefined : resolvePath(read.folder, value);
}

/** Base64, given back as the text it holds. */
function readData(read: Reader, entry: JsonObject, key: string, at: string): string | undefined {
  const value = readText(read, entry, key, at);
  if (value === undefined) return undefined;
  const compact = value.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw invalid(read, joinPath(at, key), 'base64');
  return Buffer.from(compact, 'base64').toString('utf8');
}

function readList(read: Reader, entry: JsonObject, key: string, at: string): string[] {
  const value = entry[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw invalid(read, joinPath(at, key), 'a list of texts');
  }
  return value as string[];
}

function readMap(read: Reader, entry: JsonObject, key: string, at: string): JsonObject | undefined {
  const value = entry[key];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalid(read, joinPath(at, key), 'a mapping');
  return value;
}

function readTexts(read: Reader, entry: JsonObject, key: string, at: string): Record<string, string> {
  const texts: Record<string, string> = {};
  const map = readMap(read, entry, key, at) ?? {};
  for (const name of Object.keys(map)) texts[name] = readText(read, map, name, `${at}.${key}`) ?? '';
  return texts;
}

function joinPath(at: string, key: string): string {
  return at === key || at.endsWith(`.${key}`) ? at : `${at}.${key}`;
}

function invalid(read: Reader, at: string, wanted: string): FluxError {
  return new FluxError('kube/invalid-kubeconfig', `kubeconfig "${read.file}": ${at} must be ${wanted}`, {
    hint: 'repair the file, or name another one with --kubeconfig',
    source: { file: read.file },
  });
}

/** Leaves out the members that are undefined. */
function dropAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
