import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { checkDependencies } from './check-dependencies.ts';
import { compileHealthChecks } from './custom-status.ts';
import type { ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import { isSourceKind, SOURCE_KINDS } from './select-objects.ts';
import { artifactOf } from './source-artifact.ts';

/** A source that has an artifact. */
export interface ResolvedSource {
  readonly object: K8sObject;
  readonly revision: string;
  readonly originRevision?: string;
}

/**
 * Finds the source of a Kustomization and checks what it depends on.
 *
 * @throws {FluxError} reconcile/access-denied, reconcile/source-not-found, reconcile/no-artifact, reconcile/unsupported,
 * reconcile/dependency-not-ready, reconcile/invalid-cel, reconcile/no-cel
 */
export async function resolveSource(
  kustomization: Kustomization,
  find: (ref: ObjectRef) => Promise<K8sObject | undefined>,
  { cel, world }: Pick<ReconcilePorts, 'cel' | 'world'>,
  options: { readonly noCrossNamespaceRefs: boolean },
): Promise<ResolvedSource> {
  await compileHealthChecks(kustomization, cel);
  const source = await findSource(kustomization, find, options);
  await checkDependencies(kustomization, source.revision, find, cel, world.now());
  return source;
}

/**
 * Finds the source of a Kustomization, whatever else that waits for.
 *
 * @throws {FluxError} reconcile/access-denied, reconcile/source-not-found, reconcile/no-artifact, reconcile/unsupported
 */
export async function findSource(
  kustomization: Kustomization,
  find: (ref: ObjectRef) => Promise<K8sObject | undefined>,
  options: { readonly noCrossNamespaceRefs: boolean },
): Promise<ResolvedSource> {
  const { kind, namespace, name } = kustomization.source;
  const subject = kustomization.ref;
  if (options.noCrossNamespaceRefs && namespace !== kustomization.namespace) {
    throw new FluxError(
      'reconcile/access-denied',
      `can't access '${kind}/${namespace}/${name}', cross-namespace references have been blocked`,
      { subject, terminal: true },
    );
  }
  if (!isSourceKind(kind)) {
    throw new FluxError('reconcile/unsupported', `source \`${name}\` kind '${kind}' not supported`, {
      subject,
      hint: `sources are ${SOURCE_KINDS.join(', ')}: correct spec.sourceRef.kind`,
    });
  }
  const row = kindNamed(kind);
  const ref = { apiVersion: apiVersionOf(row), kind, namespace, name };
  const object = await find(ref);
  if (object === undefined) {
    throw new FluxError('reconcile/source-not-found', `${row.plural}.${GROUP.source} "${name}" not found`, {
      subject,
      hint: `there is no ${formatSubject(ref)}; see spec.sourceRef`,
    });
  }
  const artifact = artifactOf(object);
  if (typeof artifact?.['revision'] !== 'string') {
    throw new FluxError('reconcile/no-artifact', 'Source artifact not found, retrying in 30s', {
      subject,
      hint: hintFor(kind, `flux-ts get ${row.getWords} ${name} -n ${namespace}`),
    });
  }
  const { revision } = artifact;
  const metadata = isJsonObject(artifact['metadata']) ? artifact['metadata'] : {};
  const origin = metadata['org.opencontainers.image.revision'];
  return { object, revision, ...(typeof origin === 'string' ? { originRevision: origin } : {}) };
}

function hintFor(kind: string, see: string): string {
  if (kind === 'ExternalArtifact') return `whoever makes it has to write its status: ${see}`;
  if (kind === 'GitRepository') return `reconcile the source as well: --with-source, or see why it failed: ${see}`;
  return `source-controller has to fetch it first; see why it did not: ${see}`;
}
