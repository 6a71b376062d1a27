import { parseDuration } from '../../core/duration.ts';
import { FluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { DEFAULT_BRANCH, type GitRef } from '../../engine/git/index.ts';

/** A repository whose artifact is put into that of another. */
export interface SourceInclude {
  readonly name: string;
  /** As written; empty means all. */
  readonly fromPath: string;
  /** As written, else the name. */
  readonly toPath: string;
}

/** Which field of `spec.ref` decides. */
export type RefKind = 'commit' | 'name' | 'tag' | 'semver' | 'branch';

/** What a GitRepository asks for, without any login. */
export interface SourceShape {
  readonly url: string;
  /** The URL without login, for messages. */
  readonly displayUrl: string;
  readonly ref: GitRef;
  readonly refKind: RefKind;
  readonly timeoutMs: number;
  /** `spec.ignore`. */
  readonly ignore?: string;
  /** Beginnings of the paths to take; empty means all. */
  readonly sparse: readonly string[];
  readonly recurseSubmodules: boolean;
  readonly include: readonly SourceInclude[];
}

const DEFAULT_TIMEOUT_MS = 60_000;
/** In the order in which they win; fluxcd/pkg git/gogit/client.go. */
const REF_FIELDS: readonly RefKind[] = ['commit', 'name', 'tag', 'semver', 'branch'];

/**
 * Reads what a GitRepository asks for.
 *
 * Effects: none
 *
 * @throws {FluxError} reconcile/invalid-object: no URL
 */
export function readSourceShape(repository: K8sObject): SourceShape {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const subject = refOf(repository);
  const url = spec['url'];
  if (typeof url !== 'string' || url === '') {
    throw new FluxError('reconcile/invalid-object', `${formatSubject(subject)} has no spec.url`, { subject });
  }
  const ref = readRef(spec['ref']);
  const timeout = spec['timeout'];
  return {
    url,
    displayUrl: displayUrlOf(url),
    ref,
    refKind: REF_FIELDS.find((field) => ref[field] !== undefined) ?? 'branch',
    timeoutMs: typeof timeout === 'string' ? parseDuration(timeout) : DEFAULT_TIMEOUT_MS,
    ...(typeof spec['ignore'] === 'string' ? { ignore: spec['ignore'] } : {}),
    sparse: Array.isArray(spec['sparseCheckout']) ? spec['sparseCheckout'].map(String) : [],
    recurseSubmodules: spec['recurseSubmodules'] === true,
    include: includesOf(repository),
  };
}

/** Reads `spec.ref`; absent means the branch that upstream takes. */
function readRef(ref: unknown): GitRef {
  const found: Record<string, string> = {};
  if (isJsonObject(ref)) {
    for (const field of REF_FIELDS) {
      const value = ref[field];
      if (typeof value === 'string' && value !== '') found[field] = value;
    }
  }
  return Object.keys(found).length === 0 ? { branch: DEFAULT_BRANCH } : found;
}

/**
 * Lists what a GitRepository includes.
 *
 * Effects: none
 */
export function includesOf({ spec }: K8sObject): SourceInclude[] {
  const include = isJsonObject(spec) ? spec['include'] : undefined;
  if (!Array.isArray(include)) return [];
  return include.filter(isJsonObject).map((entry) => {
    const repository = isJsonObject(entry['repository']) ? entry['repository'] : {};
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    const name = text(repository['name']);
    return { name, fromPath: text(entry['fromPath']), toPath: text(entry['toPath']) || name };
  });
}

function displayUrlOf(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/i, '$1').replace(/^(ssh:\/\/[^/:@]*):[^/@]*@/i, '$1@');
}
