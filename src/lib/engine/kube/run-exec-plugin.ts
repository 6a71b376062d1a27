import { FluxError, messageOf } from '../../core/errors.ts';
import { formatJson, isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/json.ts';
import type { ExecConfig, KubeConnection } from './kubeconfig-types.ts';
import { loadBuiltin } from './load-builtin.ts';

const API_VERSIONS: readonly string[] = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/** More output than this is no credential. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** A credential that a plugin gave. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** Milliseconds since 1970; absent means good as long as the server takes it. */
  readonly expiresAtMs?: number;
}

/** What a plugin runs in. */
export interface ExecContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True where the user can be asked on standard input. */
  readonly interactive: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Runs an exec plugin and reads the credential that it prints.
 *
 * Effects: runs a command; in a terminal it has the user's standard input and error
 * Source: client-go plugin/pkg/client/auth/exec, and the ExecCredential API
 *
 * @throws {FluxError} kube/exec-plugin: it is not there, fails, or prints no credential
 */
export async function runExecPlugin(connection: KubeConnection, exec: ExecConfig, context: ExecContext): Promise<ExecCredential> {
  const interactive = decideInteractive(exec, context.interactive);
  const info = formatJson(buildExecInfo(connection, exec, interactive));
  const env = { ...context.env, ...exec.env, KUBERNETES_EXEC_INFO: info };
  const output = await run(exec, env, interactive, context.signal);
  return parseExecCredential(output, exec);
}

/**
 * Tells whether a plugin may ask the user.
 *
 * Effects: none
 *
 * @throws {FluxError} kube/exec-plugin: it must ask, and there is nobody; or its configuration is wrong
 */
export function decideInteractive(exec: ExecConfig, terminal: boolean): boolean {
  if (!API_VERSIONS.includes(exec.apiVersion)) {
    throw new FluxError(
      'kube/exec-plugin',
      `exec plugin "${exec.command}" has apiVersion "${exec.apiVersion}": want ${API_VERSIONS.map((item) => `"${item}"`).join(' or ')}`,
      { hint: 'update the plugin, and the kubeconfig that names it' },
    );
  }
  switch (exec.interactiveMode) {
    case 'Never':
      return false;
    case 'Always':
      if (terminal) return true;
      throw new FluxError('kube/exec-plugin', `exec plugin "${exec.command}" must ask the user, and there is no terminal`, {
        hint: 'run the command in a terminal, or use credentials that need no question',
      });
    case 'IfAvailable':
      return terminal;
    case undefined:
      if (exec.apiVersion.endsWith('/v1beta1')) return terminal;
      throw new FluxError('kube/exec-plugin', `exec plugin "${exec.command}" has no interactiveMode, which v1 requires`, {
        hint: 'set interactiveMode to Never, IfAvailable or Always in the kubeconfig',
      });
    default:
      throw new FluxError(
        'kube/exec-plugin',
        `exec plugin "${exec.command}" has interactiveMode "${exec.interactiveMode}": want Never, IfAvailable or Always`,
      );
  }
}

/**
 * Builds what a plugin is told in `KUBERNETES_EXEC_INFO`.
 *
 * Effects: none
 */
export function buildExecInfo(connection: KubeConnection, exec: ExecConfig, interactive: boolean): JsonObject {
  const { trust } = connection;
  const cluster: JsonObject = {
    server: connection.server,
    ...(trust.serverName === undefined ? {} : { 'tls-server-name': trust.serverName }),
    ...(trust.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(trust.certificateAuthority === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(trust.certificateAuthority).toString('base64') }),
    ...(connection.proxyUrl === undefined ? {} : { 'proxy-url': connection.proxyUrl }),
    ...(connection.disableCompression ? { 'disable-compression': true } : {}),
    config: connection.execConfig ?? null,
  };
  return {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { ...(exec.provideClusterInfo ? { cluster } : {}), interactive },
  };
}

/**
 * Reads what a plugin printed.
 *
 * Effects: none
 *
 * @throws {FluxError} kube/exec-plugin: no credential of the version asked for; what was printed is not repeated
 */
export function parseExecCredential(output: string, exec: ExecConfig): ExecCredential {
  const bad = (what: string) =>
    new FluxError('kube/exec-plugin', `exec plugin "${exec.command}" ${what}`, { hint: 'run the plugin by hand and see' });
  let value: JsonValue;
  try {
    value = parseJson(output);
  } catch {
    throw bad('printed something that is not JSON');
  }
  if (!isJsonObject(value) || value['kind'] !== 'ExecCredential') throw bad('printed something that is not an ExecCredential');
  if (value['apiVersion'] !== exec.apiVersion) {
    throw bad(`printed apiVersion ${JSON.stringify(value['apiVersion'] ?? '')}: want "${exec.apiVersion}"`);
  }
  const status = value['status'];
  if (!isJsonObject(status)) throw bad('printed no status');
  const token = textOf(status['token']);
  const clientCertificate = textOf(status['clientCertificateData']);
  const clientKey = textOf(status['clientKeyData']);
  if (token === undefined && clientCertificate === undefined && clientKey === undefined) {
    throw bad('printed neither a token nor a certificate');
  }
  if ((clientCertificate === undefined) !== (clientKey === undefined)) throw bad('printed half of a certificate and key pair');
  const expiry = textOf(status['expirationTimestamp']);
  const expiresAtMs = expiry === undefined ? undefined : Date.parse(expiry);
  if (expiresAtMs !== undefined && Number.isNaN(expiresAtMs)) throw bad('printed an expirationTimestamp that is no time');
  return {
    ...(token === undefined ? {} : { token }),
    ...(clientCertificate === undefined || clientKey === undefined ? {} : { clientCertificate, clientKey }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function run(
  exec: ExecConfig,
  env: Readonly<Record<string, string | undefined>>,
  interactive: boolean,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { spawn } = loadBuiltin('node:child_process');
  return await new Promise<string>((resolve, reject) => {
    const child = spawn(exec.command, [...exec.args], {
      env: env as Record<string, string>,
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    });
    const output: Buffer[] = [];
    let outputBytes = 0;
    let complaint = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > MAX_OUTPUT_BYTES) child.kill();
      else output.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2_000);
    });
    child.once('error', (cause) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const missing = (cause as { code?: string }).code === 'ENOENT';
      const why = missing ? 'it was not found' : messageOf(cause);
      const hint = exec.installHint ?? 'install the plugin that the kubeconfig names, and see that it is on the PATH';
      reject(new FluxError('kube/exec-plugin', `cannot run exec plugin "${exec.command}": ${why}`, { hint, cause }));
    });
    child.once('close', (code, killedBy) => {
      if (outputBytes > MAX_OUTPUT_BYTES) {
        reject(new FluxError('kube/exec-plugin', `exec plugin "${exec.command}" printed more than 4 MiB`));
      } else if (code === 0) {
        resolve(Buffer.concat(output).toString('utf8'));
      } else {
        const how = killedBy === null ? `failed with exit code ${code}` : `was ended by ${killedBy}`;
        const said = complaint.trim() === '' ? '' : `: ${complaint.trim()}`;
        reject(
          new FluxError('kube/exec-plugin', `exec plugin "${exec.command}" ${how}${said}`, {
            hint: 'log in again with the tool that the plugin belongs to',
          }),
        );
      }
    });
  });
}
