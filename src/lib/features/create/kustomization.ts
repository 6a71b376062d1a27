import { formatDuration } from '../../core/duration.ts';
import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { metadataOf } from './names-and-labels.ts';

/** A source reference as it is typed: `[kind/]name[.namespace]`. */
export interface SourceReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What a Kustomization is made of. Texts that are empty leave their field out. */
export interface KustomizationOptions {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly source: SourceReference;
  /** Starts with `./`. */
  readonly path: string;
  readonly intervalMs: number;
  readonly prune: boolean;
  readonly wait: boolean;
  readonly healthChecks: readonly string[];
  readonly healthCheckTimeoutMs: number;
  /** `name` or `namespace/name`. */
  readonly dependsOn: readonly string[];
  readonly serviceAccount: string;
  readonly decryptionProvider: string;
  readonly decryptionSecret: string;
  readonly targetNamespace: string;
  readonly kubeConfigSecretRef: string;
  /** 0 leaves the field out. */
  readonly retryIntervalMs: number;
}

/** The kinds that a Kustomization can take its manifests from. */
export const KUSTOMIZATION_SOURCE_KINDS: readonly string[] = ['OCIRepository', 'GitRepository', 'Bucket'];

const HEALTH_CHECK_KINDS: readonly string[] = ['Deployment', 'DaemonSet', 'StatefulSet', 'HelmRelease'];

/**
 * Reads `[kind/]name[.namespace]`; the kind is a GitRepository where none is said, and its case does not matter.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/flags/kustomization_source.go
 *
 * @throws {FluxError} create/bad-source
 */
export function parseSourceReference(text: string): SourceReference {
  if (text.trim() === '') {
    throw new FluxError('create/bad-source', 'no Kustomization source given, please specify the source kind and name');
  }
  const slash = text.indexOf('/');
  const kindText = slash < 0 ? '' : text.slice(0, slash);
  const rest = text.slice(slash + 1);
  const kind =
    kindText === ''
      ? 'GitRepository'
      : KUSTOMIZATION_SOURCE_KINDS.find((known) => known.toLowerCase() === kindText.toLowerCase());
  if (slash < 0 && KUSTOMIZATION_SOURCE_KINDS.some((known) => known === text)) {
    throw new FluxError('create/bad-source', `no kind specified for source '${text}'`);
  }
  if (kind === undefined) {
    throw new FluxError(
      'create/bad-source',
      `source kind '${kindText}' is not supported, must be one of: ${KUSTOMIZATION_SOURCE_KINDS.join(', ')}`,
    );
  }
  const dot = rest.indexOf('.');
  const name = dot < 0 ? rest : rest.slice(0, dot);
  const namespace = dot < 0 ? '' : rest.slice(dot + 1);
  if (name === '') throw new FluxError('create/bad-source', `no name given for source of kind '${kind}'`);
  return namespace === '' ? { kind, name } : { kind, name, ...(namespace === '' ? {} : { namespace }) };
}

/**
 * Makes a Kustomization.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_kustomization.go
 *
 * @throws {FluxError} create/bad-path, create/bad-health-check
 */
export function makeKustomization(options: KustomizationOptions): K8sObject {
  if (!options.path.startsWith('./')) throw new FluxError('create/bad-path', 'path must begin with ./');
  const spec: JsonObject = {
    interval: formatDuration(options.intervalMs),
    path: options.path,
    prune: options.prune,
    sourceRef: { ...options.source },
    ...(options.dependsOn.length === 0 ? {} : { dependsOn: options.dependsOn.map(parseDependency) }),
    ...(options.targetNamespace === '' ? {} : { targetNamespace: options.targetNamespace }),
    ...(options.kubeConfigSecretRef === '' ? {} : { kubeConfig: { secretRef: { name: options.kubeConfigSecretRef } } }),
    ...(options.serviceAccount === '' ? {} : { serviceAccountName: options.serviceAccount }),
    ...(options.retryIntervalMs > 0 ? { retryInterval: formatDuration(options.retryIntervalMs) } : {}),
  };
  if (options.wait) {
    spec['wait'] = true;
    spec['timeout'] = formatDuration(options.healthCheckTimeoutMs);
  } else if (options.healthChecks.length > 0) {
    spec['healthChecks'] = options.healthChecks.map(parseHealthCheck);
    spec['timeout'] = formatDuration(options.healthCheckTimeoutMs);
  }
  if (options.decryptionProvider !== '') {
    spec['decryption'] = {
      provider: options.decryptionProvider,
      ...(options.decryptionSecret === '' ? {} : { secretRef: { name: options.decryptionSecret } }),
    };
  }
  return {
    apiVersion: `${GROUP.kustomize}/v1`,
    kind: 'Kustomization',
    metadata: metadataOf(options.name, options.namespace, options.labels),
    spec,
  };
}

/**
 * Reads `name` or `namespace/name`, and after an "@" the expression that says when it is ready.
 *
 * Effects: none
 * Source: fluxcd/pkg apis/meta dependencies.go
 * Differs: the expression gets into the object; the flux CLI reads it and leaves it out
 */
export function parseDependency(text: string): JsonObject {
  const at = text.indexOf('@');
  const [reference, readyExpr] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  const slash = reference.indexOf('/');
  const namespace = reference.slice(0, Math.max(slash, 0));
  return {
    ...(namespace === '' ? {} : { namespace }),
    name: reference.slice(slash + 1),
    ...(readyExpr === '' ? {} : { readyExpr }),
  };
}

/** Reads `Kind/name.namespace`. */
function parseHealthCheck(text: string): JsonObject {
  const form = `invalid health check '${text}' must be in the format 'kind/name.namespace'`;
  const parts = text.split('/');
  // The list behind the sentence is upstream's.
  if (parts.length !== 2) throw new FluxError('create/bad-health-check', `${form} [${parts.join(' ')}]`);
  const [kind = '', object = ''] = parts;
  if (!HEALTH_CHECK_KINDS.includes(kind)) {
    throw new FluxError(
      'create/bad-health-check',
      `invalid health check kind '${kind}' can be HelmRelease, Deployment, DaemonSet or StatefulSet`,
      { hint: `use one of: ${HEALTH_CHECK_KINDS.join(', ')}` },
    );
  }
  const [name = '', namespace, ...more] = object.split('.');
  if (name === '' || namespace === undefined || more.length > 0) throw new FluxError('create/bad-health-check', form);
  return { ...(kind === 'HelmRelease' ? { apiVersion: `${GROUP.helm}/v2` } : {}), kind, name, namespace };
}
