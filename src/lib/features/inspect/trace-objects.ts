import { FluxError, isFluxError } from '../../core/errors.ts';
import { CONDITION, GROUP } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../core/read-object.ts';
import { findOwner } from './find-owner.ts';
import type { ObjectGetter } from './ports.ts';

/** One link of the way from a source to an object. */
export interface TraceLink {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `True`, `False`, `Unknown`; absent where nothing was reconciled yet. */
  readonly ready?: string;
  /** RFC 3339; when it became so. */
  readonly since?: string;
  readonly message?: string;
  /** Reason of the Ready condition. */
  readonly reason?: string;
  readonly suspended?: boolean;
  /** Namespace that its objects go to. */
  readonly target?: string;
  readonly path?: string;
  readonly revision?: string;
  readonly url?: string;
  readonly tag?: string;
  readonly branch?: string;
  readonly digest?: string;
  readonly chart?: string;
  readonly version?: string;
  /** What an OCI artifact says of where it is from. */
  readonly originSource?: string;
  readonly originRevision?: string;
}

/** How an object is delivered. */
export interface Trace {
  readonly object: ObjectRef;
  /** From the object up: the Kustomization or HelmRelease, the chart, the source. Empty where Flux does not manage it. */
  readonly links: readonly TraceLink[];
}

/**
 * Traces an object to the Kustomization or HelmRelease that applied it, and on to its source.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/trace.go
 *
 * @throws {FluxError} inspect/not-managed; inspect/not-found: a link of the chain is gone
 */
export async function traceObject(object: K8sObject, kube: ObjectGetter): Promise<Trace> {
  const owner = await findOwner(object, kube);
  const ref = refOf(object);
  if (owner === undefined) {
    throw new FluxError(
      'inspect/not-managed',
      `failed to trace ${ref.kind}/${ref.name} in namespace ${ref.namespace ?? ''}: object not managed by Flux`,
      { subject: ref, hint: 'nothing of Flux is in its labels, nor in those of what owns it' },
    );
  }
  return { object: ref, links: await readLinks(await readLink(owner, kube), kube) };
}

/**
 * Reads the way from a Kustomization or HelmRelease to its source, itself included.
 *
 * Effects: reads the cluster
 */
export async function readLinks(root: K8sObject, kube: ObjectGetter): Promise<TraceLink[]> {
  const refs = root.kind === 'HelmRelease' ? refsOfRelease(root) : [sourceRef(root, ['spec', 'sourceRef'])];
  const links = [describeLink(root)];
  for (const next of refs) {
    if (next === undefined) continue;
    try {
      links.push(describeLink(await readLink(next, kube)));
    } catch (error) {
      if (!isFluxError(error, 'inspect/not-found')) throw error;
      const { kind, namespace = '', name } = next;
      links.push({ kind, namespace, name, message: `failed to find ${kind}: not found` });
    }
  }
  return links;
}

async function readLink(ref: ObjectRef, kube: ObjectGetter): Promise<K8sObject> {
  const object = await kube.get(ref);
  if (object !== undefined) return object;
  throw new FluxError('inspect/not-found', `failed to find ${ref.kind}: ${formatSubject(ref)} not found`, { subject: ref });
}

/** The source that a field names. */
function sourceRef(owner: K8sObject, path: readonly string[]): ObjectRef | undefined {
  const name = readText(owner, ...path, 'name');
  if (name === '') return undefined;
  const namespace = readText(owner, ...path, 'namespace') || (owner.metadata.namespace ?? '');
  return { apiVersion: `${GROUP.source}/v1`, kind: readText(owner, ...path, 'kind'), namespace, name };
}

function refsOfRelease(release: K8sObject): (ObjectRef | undefined)[] {
  const chartRef = sourceRef(release, ['spec', 'chartRef']);
  if (chartRef !== undefined) return [chartRef];
  const [namespace = '', name = ''] = readText(release, 'status', 'helmChart').split('/');
  const chart = name === '' ? undefined : { apiVersion: `${GROUP.source}/v1`, kind: 'HelmChart', namespace, name };
  return [chart, sourceRef(release, ['spec', 'chart', 'spec', 'sourceRef'])];
}

function describeLink(object: K8sObject): TraceLink {
  const condition = readCondition(object, CONDITION.ready);
  const texts = {
    ready: readText(condition, 'status'),
    since: readText(condition, 'lastTransitionTime'),
    message: readText(condition, 'message'),
    reason: readText(condition, 'reason'),
    target: readText(object, 'spec', 'targetNamespace'),
    revision: revisionOf(object),
    url: readText(object, 'spec', 'url'),
    ...ofKind(object),
  };
  return {
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    ...(readPath(object, 'spec', 'suspend') === true ? { suspended: true } : {}),
  };
}

function revisionOf(object: K8sObject): string {
  switch (object.kind) {
    case 'Kustomization':
      return readText(object, 'status', 'lastAppliedRevision');
    case 'HelmRelease':
      return (
        readText(readList(object, 'status', 'history')[0], 'chartVersion') || readText(object, 'status', 'lastAttemptedRevision')
      );
    default:
      return readText(object, 'status', 'artifact', 'revision');
  }
}

function ofKind(object: K8sObject): Partial<Record<keyof TraceLink, string>> {
  const ref = (key: string): string => readText(object, 'spec', 'ref', key);
  const metadata = (key: string): string => readText(object, 'status', 'artifact', 'metadata', key);
  switch (object.kind) {
    case 'Kustomization':
      return { path: readText(object, 'spec', 'path') };
    case 'GitRepository': {
      const tag = ref('tag') || ref('semver');
      return tag === '' ? { branch: ref('branch') } : { tag };
    }
    case 'OCIRepository': {
      const tag = ref('tag') || ref('semver');
      return {
        ...(tag === '' ? { digest: ref('digest') } : { tag }),
        originSource: metadata('org.opencontainers.image.source'),
        originRevision: metadata('org.opencontainers.image.revision'),
      };
    }
    case 'HelmChart':
      return { chart: readText(object, 'spec', 'chart'), version: readText(object, 'spec', 'version') };
    default:
      return {};
  }
}
