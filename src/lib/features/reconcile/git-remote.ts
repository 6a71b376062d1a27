import { parseDuration } from '../../core/duration.ts';
import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { authFromSecret, DEFAULT_BRANCH, type GitAuth, type GitProxy, type GitRef, type Remote } from '../../engine/git/index.ts';
import type { SecretReader } from './ports.ts';

/** A remote repository and what to take from it. */
export interface GitTarget {
  readonly remote: Remote;
  readonly ref: GitRef;
  readonly timeoutMs: number;
  /** `spec.ignore`. */
  readonly ignore?: string;
  /** Directories to take; empty means all. */
  readonly sparse: readonly string[];
}

/** Fields that change what is fetched and that only source-controller knows; leaving them out silently would be a lie. */
const UNSUPPORTED: readonly { readonly field: string; readonly isSet: (spec: JsonObject) => boolean }[] = [
  { field: 'include', isSet: (spec) => Array.isArray(spec['include']) && spec['include'].length > 0 },
  { field: 'recurseSubmodules', isSet: (spec) => spec['recurseSubmodules'] === true },
  { field: 'provider', isSet: (spec) => typeof spec['provider'] === 'string' && spec['provider'] !== 'generic' },
];

/**
 * Reads where a GitRepository is and how to log in to it.
 *
 * Effects: reads Secrets of its namespace
 *
 * @param kube the caller's own identity
 * @throws {FluxError} reconcile/unsupported: a field that needs source-controller; reconcile/secret-not-found;
 * reconcile/invalid-object; git/invalid-auth
 */
export async function readGitTarget(repository: K8sObject, kube: SecretReader): Promise<GitTarget> {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const subject = refOf(repository);
  const unsupported = UNSUPPORTED.find(({ isSet }) => isSet(spec));
  if (unsupported !== undefined) {
    throw new FluxError(
      'reconcile/unsupported',
      `${formatSubject(subject)} has spec.${unsupported.field}, which cannot be driven`,
      {
        subject,
        hint: 'let source-controller reconcile it (leave --drive off)',
      },
    );
  }
  const url = spec['url'];
  if (typeof url !== 'string' || url === '') {
    throw new FluxError('reconcile/invalid-object', `${formatSubject(subject)} has no spec.url`, { subject });
  }
  const data = await readSecret(repository, spec['secretRef'], kube);
  const proxy = await readProxy(repository, spec['proxySecretRef'], kube);
  const timeout = spec['timeout'];
  return {
    remote: { url, auth: readAuth(repository, data, url), ...(proxy === undefined ? {} : { proxy }) },
    ref: readRef(spec['ref']),
    timeoutMs: typeof timeout === 'string' ? parseDuration(timeout) : 60_000,
    ...(typeof spec['ignore'] === 'string' ? { ignore: spec['ignore'] } : {}),
    sparse: Array.isArray(spec['sparseCheckout']) ? spec['sparseCheckout'].map(String) : [],
  };
}

/** Reads the login; of a source that names no Secret it is not the Secret that has to be mended. */
function readAuth(repository: K8sObject, data: Record<string, Uint8Array>, url: string): GitAuth {
  try {
    return authFromSecret(data, url);
  } catch (cause) {
    const { spec } = repository;
    if (!isFluxError(cause, 'git/invalid-auth') || (isJsonObject(spec) && isJsonObject(spec['secretRef']))) throw cause;
    throw new FluxError('git/invalid-auth', cause.message, {
      subject: refOf(repository),
      hint: 'name a Secret with the login in spec.secretRef; with drive -f, --private-key-file does as well',
      cause,
    });
  }
}

/** Reads `spec.ref`; absent means the branch that upstream takes. */
function readRef(ref: unknown): GitRef {
  const found: Record<string, string> = {};
  if (isJsonObject(ref)) {
    for (const field of ['branch', 'tag', 'semver', 'name', 'commit']) {
      const value = ref[field];
      if (typeof value === 'string' && value !== '') found[field] = value;
    }
  }
  return Object.keys(found).length === 0 ? { branch: DEFAULT_BRANCH } : found;
}

/** Reads the decoded data of a Secret that an object names; none where it names none. */
async function readSecret(owner: K8sObject, ref: unknown, kube: SecretReader): Promise<Record<string, Uint8Array>> {
  if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return {};
  const namespace = owner.metadata.namespace ?? '';
  const name = ref['name'];
  const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (secret === undefined) {
    throw new FluxError(
      'reconcile/secret-not-found',
      `Secret ${namespace}/${name} not found, ${owner.kind} ${owner.metadata.name} needs it`,
      {
        subject: refOf(owner),
        hint: `flux-ts create secret git ${name} --namespace=${namespace} …`,
      },
    );
  }
  const data = isJsonObject(secret['data']) ? secret['data'] : {};
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), 'base64')]));
}

async function readProxy(owner: K8sObject, ref: unknown, kube: SecretReader): Promise<GitProxy | undefined> {
  const data = await readSecret(owner, ref, kube);
  const text = (key: string): string => new TextDecoder().decode(data[key] ?? new Uint8Array());
  const url = text('address');
  if (url === '') return undefined;
  const [username, password] = [text('username'), text('password')];
  return { url, ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}
