import { isFluxError } from '../../core/errors.ts';
import { GROUP, LEASE } from '../../core/flux.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { groupOf, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import type { AccessRequest, ScopeLookup } from '../../engine/rbac/index.ts';
import { type Kustomization, readKustomization } from '../reconcile/index.ts';

/** What is to be driven, as far as rights go. */
export interface DriveScope {
  /** The one namespace; absent means all. */
  readonly namespace?: string;
  /** These Kustomizations only, and the sources that they need. Default: all. */
  readonly names?: readonly string[];
  /** Where the Leases of the controllers are. */
  readonly fluxNamespace: string;
  /** False leaves sources to source-controller. */
  readonly withSources: boolean;
  /** True for `drive --watch`. */
  readonly watches: boolean;
  /** True leaves out the names of Secrets and ConfigMaps, so that the next one needs no new rule. Names of accounts stay. */
  readonly headroom: boolean;
  /** Acts for Kustomizations that name none. */
  readonly defaultServiceAccount?: string;
}

const ACCOUNTS = { group: '', resource: 'serviceaccounts' } as const;

/**
 * Lists every access that driving the objects needs of the caller: what Flux's controllers need in its place, by name where
 * a name is known. What touches the cluster on behalf of a Kustomization is not among it: that is done as its account.
 *
 * Effects: none
 *
 * @param objects the GitRepositories and Kustomizations that would be driven
 * @param scopeOf for dependencies of other kinds
 */
export function listDriveAccess(objects: readonly K8sObject[], scope: DriveScope, scopeOf: ScopeLookup): AccessRequest[] {
  const kustomizations = objects.filter(({ kind }) => kind === 'Kustomization');
  const sources = objects.filter(({ kind }) => kind === 'GitRepository');
  return [
    ...listFlux(GROUP.kustomize, 'kustomizations', kustomizations, scope),
    ...(scope.withSources
      ? listFlux(GROUP.source, 'gitrepositories', sources, scope)
      : sources.map((source) => named('get', GROUP.source, 'gitrepositories', source.metadata.namespace, source.metadata.name))),
    ...(scope.withSources ? sources.flatMap((source) => listSecretsOfSource(source, scope)) : []),
    ...kustomizations.flatMap((object) => ofKustomization(object, scope, scopeOf)),
    ...places(objects).map((namespace) => ({ verb: 'create', group: '', resource: 'events', namespace })),
    ...listLeases(scope),
  ];
}

/** Flux's own objects: which there are, what they say, a finalizer, the status. */
function listFlux(group: string, resource: string, objects: readonly K8sObject[], scope: DriveScope): AccessRequest[] {
  const status = `${resource}/status`;
  if (scope.names !== undefined) {
    return objects.flatMap(({ metadata: { namespace, name } }) => [
      named('get', group, resource, namespace, name),
      named('patch', group, resource, namespace, name),
      named('patch', group, status, namespace, name),
      ...(scope.watches ? [at(namespace, 'list', group, resource), at(namespace, 'watch', group, resource)] : []),
    ]);
  }
  const verbs = ['get', 'list', 'patch', ...(scope.watches ? ['watch'] : [])];
  // A source may be in another namespace than the Kustomization that needs it.
  const spaces = scope.namespace === undefined ? [undefined] : [...new Set([scope.namespace, ...places(objects)])];
  return spaces.flatMap((namespace) => [
    ...verbs.map((verb) => at(namespace, verb, group, resource)),
    at(namespace, 'patch', group, status),
  ]);
}

function listSecretsOfSource({ metadata: { namespace }, spec }: K8sObject, scope: DriveScope): AccessRequest[] {
  return [['secretRef'], ['proxySecretRef'], ['verify', 'secretRef']].flatMap((path) =>
    readOne('secrets', namespace, readText(spec, ...path, 'name'), scope),
  );
}

function ofKustomization(object: K8sObject, scope: DriveScope, scopeOf: ScopeLookup): AccessRequest[] {
  const { namespace } = object.metadata;
  const { spec } = object;
  const account = readText(spec, 'serviceAccountName') || (scope.defaultServiceAccount ?? '');
  const cluster = readText(spec, 'kubeConfig', 'configMapRef', 'name');
  return [
    ...(account === '' ? [] : [named('impersonate', '', 'serviceaccounts', namespace, account)]),
    // One that is deleted is pruned only while its account is there.
    ...(account === '' ? [] : [named('get', ACCOUNTS.group, ACCOUNTS.resource, namespace, account)]),
    ...readOne('secrets', namespace, readText(spec, 'decryption', 'secretRef', 'name'), scope),
    ...readOne('secrets', namespace, readText(spec, 'kubeConfig', 'secretRef', 'name'), scope),
    ...readOne('configmaps', namespace, cluster, scope),
    ...readList(spec, 'postBuild', 'substituteFrom').flatMap((one) => ofVariables(one, namespace, scope)),
    ...(readOrNothing(object)?.dependsOn ?? []).flatMap((dependency) => ofDependency(dependency, scopeOf)),
  ];
}

function ofVariables(one: JsonValue, namespace: string | undefined, scope: DriveScope): AccessRequest[] {
  if (!isJsonObject(one)) return [];
  return readOne(one['kind'] === 'Secret' ? 'secrets' : 'configmaps', namespace, String(one['name'] ?? ''), scope);
}

function ofDependency(ref: ObjectRef, scopeOf: ScopeLookup): AccessRequest[] {
  const found = scopeOf(ref);
  if (found === undefined) return [];
  return [named('get', groupOf(ref), found.plural, found.namespaced ? ref.namespace : undefined, ref.name)];
}

/** An object that cannot be read fails by itself, and needs nothing until then. */
function readOrNothing(object: K8sObject): Kustomization | undefined {
  try {
    return readKustomization(object);
  } catch (error) {
    if (isFluxError(error)) return undefined;
    throw error;
  }
}

/** To create a Lease cannot be limited to a name: the request has it in its body only. */
function listLeases({ fluxNamespace, withSources }: DriveScope): AccessRequest[] {
  const group = 'coordination.k8s.io';
  const names = withSources ? [LEASE.source, LEASE.kustomize] : [LEASE.kustomize];
  return [
    at(fluxNamespace, 'create', group, 'leases'),
    ...names.flatMap((name) => ['get', 'update'].map((verb) => named(verb, group, 'leases', fluxNamespace, name))),
  ];
}

function readOne(resource: string, namespace: string | undefined, name: string, { headroom }: DriveScope): AccessRequest[] {
  if (name === '') return [];
  return [headroom ? at(namespace, 'get', '', resource) : named('get', '', resource, namespace, name)];
}

function places(objects: readonly K8sObject[]): string[] {
  return [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
}

function at(namespace: string | undefined, verb: string, group: string, resource: string): AccessRequest {
  return { verb, group, resource, ...(namespace === undefined ? {} : { namespace }) };
}

function named(verb: string, group: string, resource: string, namespace: string | undefined, name: string): AccessRequest {
  return { ...at(namespace, verb, group, resource), name };
}

/** Whether what a Kustomization does would be done as the caller: then its rights are not among those of driving. */
export function actsAsCaller(
  object: K8sObject,
  { defaultServiceAccount = '' }: Pick<DriveScope, 'defaultServiceAccount'>,
): boolean {
  return (
    object.kind === 'Kustomization' &&
    readPath(object, 'spec', 'serviceAccountName') === undefined &&
    defaultServiceAccount === ''
  );
}
