import { FluxError, isFluxError } from '../../core/errors.ts';
import { REASON } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import {
  authFromSecret,
  type GitAuth,
  type GitHubApp,
  type GitProxy,
  publicKeyOf,
  type Remote,
  type TlsMaterial,
} from '../../engine/git/index.ts';
import { logInToCloud } from './log-in-to-cloud.ts';
import type { CloudPort, GitPort, SecretReader, WorldPort } from './ports.ts';
import type { SourceShape } from './source-shape.ts';

type SecretData = Readonly<Record<string, Uint8Array>>;

/** What logging in needs of the world. */
export interface LoginPorts {
  /** The caller's own identity. */
  readonly secrets: SecretReader;
  readonly git: Pick<GitPort, 'fetchInstallationToken'>;
  readonly cloud?: CloudPort;
  readonly world: Pick<WorldPort, 'now'>;
  readonly signal?: AbortSignal;
}

const PROXY_SCHEMES: readonly string[] = ['http:', 'https:', 'socks5:'];

/**
 * Reads the proxy that a source asks for.
 *
 * Effects: reads a Secret of its namespace
 * Source: fluxcd/pkg runtime/secrets ProxyURLFromSecret; the messages are upstream's
 *
 * @throws {FluxError} reconcile/secret-not-found; reconcile/invalid-secret
 */
export async function readSourceProxy(repository: K8sObject, secrets: SecretReader): Promise<GitProxy | undefined> {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const ref = spec['proxySecretRef'];
  if (!isJsonObject(ref)) return undefined;
  const where = `${repository.metadata.namespace ?? ''}/${String(ref['name'])}`;
  const data = await readSecret(repository, ref, secrets);
  if (data === undefined) throw secretNotFound(repository, ref, `secret '${where}' not found`);
  const invalid = (message: string): FluxError =>
    new FluxError('reconcile/invalid-secret', `secret '${where}': ${message}`, {
      subject: refOf(repository),
      hint: `flux-ts create secret proxy ${String(ref['name'])} --address=http://HOST:PORT …`,
    });
  if (data['address'] === undefined) throw invalid("key 'address' not found");
  const url = textOf(data, 'address');
  if (url === '') throw invalid('proxy address is empty');
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (!PROXY_SCHEMES.includes(scheme)) {
    throw invalid(`proxy URL must use one of the supported schemes (http, https, socks5), got '${scheme.slice(0, -1)}'`);
  }
  const [username, password] = [textOf(data, 'username'), textOf(data, 'password')];
  return { url, ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

/**
 * Reads where a source is and logs in to it as it asks for.
 *
 * Effects: reads a Secret of its namespace; may ask the API of GitHub, or a cloud, for a token
 * Source: source-controller internal/controller/gitrepository_controller.go getAuthOpts; the messages are upstream's
 *
 * @throws {FluxError} reconcile/secret-not-found; reconcile/invalid-provider; those of `engine/cloud`;
 * git/invalid-auth; git/invalid-url; git/passphrase-required; git/invalid-app; git/app-refused
 */
export async function readSourceRemote(
  repository: K8sObject,
  shape: SourceShape,
  proxy: GitProxy | undefined,
  ports: LoginPorts,
): Promise<Remote> {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const ref = spec['secretRef'];
  const data = await readSecret(repository, ref, ports.secrets);
  if (isJsonObject(ref) && data === undefined) {
    const where = `${repository.metadata.namespace ?? ''}/${String(ref['name'])}`;
    const twice = `failed to get secret '${where}': failed to get secret '${where}'`;
    throw secretNotFound(repository, ref, `${twice}: secrets "${String(ref['name'])}" not found`);
  }
  const auth = await readAuth(repository, data, shape.url);
  const remote = { url: shape.url, auth, ...(proxy === undefined ? {} : { proxy }) };
  const provider = spec['provider'] ?? 'generic';
  switch (provider) {
    case 'github':
      return { ...remote, auth: await logInAsApp(repository, data, auth, proxy, shape, ports) };
    case 'azure':
    case 'aws':
      return { ...remote, auth: { ...tlsOf(auth), ...(await logInToCloud(repository, provider, shape, ports)) } };
    default:
      if (data !== undefined && textOf(data, 'githubAppID') !== '') {
        const where = `${repository.metadata.namespace ?? ''}/${isJsonObject(ref) ? String(ref['name']) : ''}`;
        throw invalidProvider(repository, `secretRef '${where}' has github app data but provider is not set to github`);
      }
      return remote;
  }
}

/** Reads the login; of a source that names no Secret it is not the Secret that has to be mended. */
async function readAuth(repository: K8sObject, data: SecretData | undefined, url: string): Promise<GitAuth> {
  const ref = isJsonObject(repository['spec']) ? repository['spec']['secretRef'] : undefined;
  try {
    const auth = authFromSecret(data ?? {}, url);
    // Only looked at, so that a missing passphrase shows before the connection.
    if (auth.kind === 'ssh' && auth.passphrase === undefined) await publicKeyOf(auth.identity);
    return auth;
  } catch (cause) {
    if (isFluxError(cause, 'git/passphrase-required') && isJsonObject(ref)) {
      const where = `${repository.metadata.namespace ?? ''}/${String(ref['name'])}`;
      const message = `SSH identity key is encrypted but no 'password' field was provided in the secret '${where}'`;
      throw new FluxError(cause.code, message, {
        subject: refOf(repository),
        hint: 'Make the Secret again with: flux-ts create secret git --private-key-file=… --password=…',
        details: { reason: REASON.authenticationFailed },
        cause,
      });
    }
    if (!isFluxError(cause, 'git/invalid-auth') || isJsonObject(ref)) throw cause;
    throw new FluxError('git/invalid-auth', cause.message, {
      subject: refOf(repository),
      hint: 'name a Secret with the login in spec.secretRef; with drive -f, --private-key-file does as well',
      cause,
    });
  }
}

async function logInAsApp(
  repository: K8sObject,
  data: SecretData | undefined,
  auth: GitAuth,
  proxy: GitProxy | undefined,
  shape: SourceShape,
  ports: LoginPorts,
): Promise<GitAuth> {
  const missing = 'secretRef with github app data must be specified when provider is set to github';
  if (data === undefined) throw invalidProvider(repository, missing, true);
  if (data['githubAppID'] === undefined || data['githubAppPrivateKey'] === undefined) throw invalidProvider(repository, missing);
  const hasOwner = data['githubAppInstallationOwner'] !== undefined;
  if (hasOwner === (data['githubAppInstallationID'] !== undefined)) {
    const keys = "'githubAppInstallationOwner' or 'githubAppInstallationID'";
    throw invalidProvider(repository, `the secret must contain exactly one of ${keys}`);
  }
  const tls = tlsOf(auth);
  const app: GitHubApp = {
    appId: textOf(data, 'githubAppID'),
    privateKey: textOf(data, 'githubAppPrivateKey'),
    ...(hasOwner
      ? { installationOwner: textOf(data, 'githubAppInstallationOwner') }
      : { installationId: textOf(data, 'githubAppInstallationID') }),
    ...(textOf(data, 'githubAppBaseURL') === '' ? {} : { baseUrl: textOf(data, 'githubAppBaseURL') }),
    tls,
    ...(proxy === undefined ? {} : { proxy }),
  };
  const { username, password } = await ports.git.fetchInstallationToken(app, {
    now: () => ports.world.now(),
    timeoutMs: shape.timeoutMs,
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
  return { kind: 'basic', username, password, ...tls };
}

/** What of a login is about certificates rather than about who we are. */
function tlsOf(auth: GitAuth): TlsMaterial {
  if (auth.kind === 'ssh') return {};
  const { caFile, clientCert, clientKey } = auth;
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(clientCert === undefined ? {} : { clientCert }),
    ...(clientKey === undefined ? {} : { clientKey }),
  };
}

function invalidProvider(repository: K8sObject, message: string, terminal = false): FluxError {
  return new FluxError('reconcile/invalid-provider', message, {
    subject: refOf(repository),
    hint: 'flux-ts create secret githubapp NAME …, and spec.provider: github',
    terminal,
    details: { reason: REASON.invalidProvider },
  });
}

/** Reads the decoded data of a Secret that an object names; `undefined` where it names none or there is none. */
async function readSecret(owner: K8sObject, ref: unknown, secrets: SecretReader): Promise<SecretData | undefined> {
  if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return undefined;
  const namespace = owner.metadata.namespace ?? '';
  const secret = await secrets.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: ref['name'] });
  if (secret === undefined) return undefined;
  const data = isJsonObject(secret['data']) ? secret['data'] : {};
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), 'base64')]));
}

function secretNotFound(owner: K8sObject, ref: unknown, message: string): FluxError {
  const name = isJsonObject(ref) ? String(ref['name']) : '';
  return new FluxError('reconcile/secret-not-found', message, {
    subject: refOf(owner),
    hint: `flux-ts create secret git ${name} --namespace=${owner.metadata.namespace ?? ''} …`,
    details: { reason: REASON.authenticationFailed },
  });
}

function textOf(data: SecretData, key: string): string {
  return new TextDecoder().decode(data[key] ?? new Uint8Array());
}
