import type { FileSystem } from '../../core/filesystem.ts';
import { type ErrorCode, FluxError, type FluxErrorInit, isFluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { formatSubject, groupOf, isK8sObject, type K8sObject, refOf } from '../../core/objects.ts';
import { joinPath } from '../../core/paths.ts';
import { emitYaml, parseYaml } from '../../core/yaml/index.ts';
import { refusesSubstitution } from '../../engine/envsubst/index.ts';
import { formatKustomizeId } from './kustomize-id.ts';
import type { OwnIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import { readVariables } from './read-variables.ts';

/** etcd takes objects of 1.5 MiB; the inventory of so many objects has more than twice as much. */
const MAX_OBJECTS = 50_000;
/** All objects together, as YAML. */
const MAX_BUILT_BYTES = 256 * 1024 * 1024;

/** What a source gives once it is built. */
export interface BuiltManifests {
  readonly objects: readonly K8sObject[];
  /** `sha256:<hex>` of all objects as YAML; the key of `status.history`. */
  readonly digest: string;
}

/** How to build. */
export interface BuildOptions {
  /** Refuses variables that nobody set. Default upstream: true. */
  readonly strictSubstitution: boolean;
}

/**
 * Builds a Kustomization: renders it, decrypts, and expands its variables in each object.
 *
 * Effects: reads ConfigMaps and Secrets for variables and keys, as the caller
 * Source: kustomize-controller internal/controller/kustomization_controller.go build; fluxcd/pkg kustomize
 *
 * @throws {FluxError} reconcile/path-not-found, reconcile/no-decryption, reconcile/bad-object, reconcile/too-large,
 * reconcile/too-many-objects; those of kustomize, envsubst
 * and of the reading of variables
 */
export async function buildManifests(
  files: FileSystem,
  kustomization: Kustomization,
  own: OwnIdentity,
  ports: ReconcilePorts,
  options: BuildOptions,
): Promise<BuiltManifests> {
  const { decrypt } = ports;
  if (kustomization.hasDecryption && decrypt === undefined) {
    throw new FluxError('reconcile/no-decryption', 'spec.decryption is set and no decryption is at hand', {
      subject: kustomization.ref,
      hint: 'let kustomize-controller reconcile it (leave --drive off)',
    });
  }
  const isEncrypted = kustomization.hasDecryption && decrypt !== undefined;
  const readable = isEncrypted ? await decrypt.decryptFiles(files, kustomization.object) : files;
  const rendered = await ports.build.build(readable, kustomization.object);
  for (const object of rendered) checkNamed(object, kustomization);
  const plain = isEncrypted ? await decrypt.decryptObjects(rendered, kustomization.object) : rendered;
  const variables = await readVariables(kustomization, own, plain);
  const isSubstituted = variables.size > 0 || kustomization.alwaysSubstitute;
  const substituted = isSubstituted ? plain.map((object) => expand(object, variables, ports, options)) : plain;
  const digest = await digestOf(substituted, kustomization);
  const objects = substituted.flatMap(listMembers).filter(isApplied);
  if (objects.length > MAX_OBJECTS) {
    throw new FluxError('reconcile/too-many-objects', `${objects.length} objects were built, and the limit is ${MAX_OBJECTS}`, {
      subject: kustomization.ref,
      hint: 'split it into several Kustomizations: the inventory of so many does not fit into one object',
      details: { objects: objects.length, max: MAX_OBJECTS },
    });
  }
  return { objects, digest };
}

/** Hashes the objects as one text of YAML documents, without ever having that text. */
async function digestOf(objects: readonly K8sObject[], kustomization: Kustomization): Promise<string> {
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  let size = 0;
  for (const [index, object] of objects.entries()) {
    const text = emitYaml(object);
    size += text.length;
    if (size > MAX_BUILT_BYTES) {
      throw new FluxError('reconcile/too-large', `the objects have more than the limit of ${MAX_BUILT_BYTES} bytes as YAML`, {
        subject: kustomization.ref,
        hint: 'keep large data out of ConfigMaps, or split it into several Kustomizations',
        details: { maxBytes: MAX_BUILT_BYTES },
      });
    }
    hash.update(index === 0 ? text : `---\n${text}`);
  }
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Tells whether a Kustomization's path is there.
 *
 * @throws {FluxError} reconcile/path-not-found
 */
export function checkPath(files: FileSystem, kustomization: Kustomization): void {
  if (files.stat(joinPath('/', kustomization.path)) !== undefined) return;
  throw new FluxError('reconcile/path-not-found', `kustomization path not found: ${kustomization.path}: no such directory`, {
    subject: kustomization.ref,
    hint: 'spec.path is relative to the root of the source; see also spec.ignore and .sourceignore there',
  });
}

function expand(
  object: K8sObject,
  variables: ReadonlyMap<string, string>,
  ports: ReconcilePorts,
  { strictSubstitution }: BuildOptions,
): K8sObject {
  if (refusesSubstitution(object)) return object;
  const failed = (code: ErrorCode, why: string, init: FluxErrorInit): FluxError =>
    new FluxError(code, `post build failed for '${formatKustomizeId(object)}': ${why}`, {
      ...init,
      subject: refOf(object),
    });
  let text: string;
  try {
    text = ports.build.substitute(emitYaml(object), (name) => variables.get(name), { strict: strictSubstitution });
  } catch (cause) {
    if (!isFluxError(cause)) throw cause;
    const { hint, details } = cause;
    const known = { ...(hint === undefined ? {} : { hint }), ...(details === undefined ? {} : { details }) };
    throw failed(cause.code, `envsubst error: variable substitution failed: ${cause.message}`, { ...known, cause });
  }
  const quote = { hint: 'a value changes what the YAML means: put the variable into quotes, as in "${name}"' };
  let expanded: JsonValue;
  try {
    expanded = parseYaml(text);
  } catch (cause) {
    // The place is one in a text that nobody wrote; the text is not told, since values may be secret.
    throw failed('reconcile/bad-object', `envsubst error: YAMLToJSON: ${messageOf(cause)}`, { ...quote, cause });
  }
  if (isK8sObject(expanded)) return expanded;
  throw failed('reconcile/bad-object', 'it is no object any more', quote);
}

function checkNamed(object: K8sObject, kustomization: Kustomization): void {
  if (object.kind !== '' && object.apiVersion !== '' && (object.metadata.name !== '' || object.kind.endsWith('List'))) return;
  throw new FluxError(
    'reconcile/bad-object',
    `failed to decode Kubernetes apiVersion, kind and name from: ${formatSubject(refOf(object))}`,
    { subject: kustomization.ref },
  );
}

/** The members of a list; any other object alone. */
export function listMembers(object: K8sObject): readonly K8sObject[] {
  const items = object['items'];
  if (!object.kind.endsWith('List') || !Array.isArray(items)) return [object];
  return items.filter((item) => isJsonObject(item) && isK8sObject(item)) as K8sObject[];
}

function isApplied(object: K8sObject): boolean {
  return !(object.kind === 'Kustomization' && groupOf(object) === 'kustomize.config.k8s.io');
}
