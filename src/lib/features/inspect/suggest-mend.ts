import { findKind, KINDS } from '../../core/kinds.ts';
import { groupOf } from '../../core/objects.ts';
import type { Finding } from './explain-object.ts';
import { formatPlace } from './format-place.ts';
import type { CausePlace } from './locate-cause.ts';
import type { TraceLink } from './trace-objects.ts';

/**
 * Says what would mend an object: what is wrong highest up comes first, since all below waits for it.
 *
 * Effects: none
 *
 * @returns `undefined` where nothing is wrong, or nothing better is known than the message itself
 */
export function suggestMend(
  own: Finding,
  below: readonly Finding[],
  from: readonly TraceLink[],
  place?: CausePlace,
): string | undefined {
  if (own.ready && from.every(({ ready }) => ready !== 'False')) return undefined;
  const failing = from.findLast(({ ready, suspended }) => suspended !== true && ready !== 'True' && ready !== 'Unknown');
  const isOfBelow = failing?.reason === 'HealthCheckFailed' && !own.ready;
  if (failing !== undefined && !isOfBelow) return ofLink(failing, place);
  const mend = ofFinding(below.at(-1) ?? own, place) ?? ofFlux(own, place);
  const suspended = from.findLast((link) => link.suspended === true);
  if (suspended === undefined) return mend;
  // What is mended in Git does not come through where it is suspended.
  return mend === undefined ? ofLink(suspended) : `${mend}; and ${ofLink(suspended) ?? ''}`;
}

function ofLink(link: TraceLink, cause?: CausePlace): string | undefined {
  const row = KINDS.find(({ kind }) => kind === link.kind);
  if (row === undefined) return undefined;
  const place = `${link.name} -n ${link.namespace}`;
  if (link.suspended === true) return `resume it: flux-ts resume ${row.words} ${place}`;
  if (link.ready === undefined && link.message !== undefined)
    return `create ${link.kind} ${link.namespace}/${link.name}, or correct the reference to it`;
  return byReason(link.kind, link.namespace, link.name, link.reason ?? '', link.message ?? '', cause);
}

function ofFlux(finding: Finding, cause?: CausePlace): string | undefined {
  const row = findKind(groupOf(finding), finding.kind);
  if (row === undefined) return undefined;
  const { namespace = '', name, reason = '', message } = finding;
  if (reason === 'Suspended') return `resume it: flux-ts resume ${row.words} ${name} -n ${namespace}`;
  return byReason(finding.kind, namespace, name, reason, message, cause);
}

/** What the objects of a kind depend on, where it isn't objects of the same kind. */
const DEPENDED_ON: Readonly<Record<string, string>> = { ImagePolicy: 'imagerepository' };

/** By the reason of a Ready condition of Flux's. */
function byReason(
  kind: string,
  namespace: string,
  name: string,
  reason: string,
  message: string,
  cause: CausePlace | undefined,
): string | undefined {
  const words = KINDS.find((row) => row.kind === kind)?.words ?? kind.toLowerCase();
  const place = `${name} -n ${namespace}`;
  if (/forbidden|cannot (?:get|list|watch|create|update|patch|delete)/.test(message) && kind === 'Kustomization') {
    return `grant what it lacks: flux-ts rbac role kustomization ${place} --missing`;
  }
  switch (reason) {
    case 'BuildFailed':
      return `correct ${cause === undefined ? 'the files' : formatPlace(cause)}; see the same here: flux-ts build kustomization ${place} --path=FOLDER`;
    case 'DependencyNotReady':
      return `look at what it depends on: flux-ts export ${words} ${place}, then flux-ts why ${DEPENDED_ON[kind] ?? kind.toLowerCase()}/NAME -n ${namespace}`;
    case 'ArtifactFailed':
    case 'SourceNotReady':
    case 'SourceManagerFailed':
      return `look at its source: flux-ts export ${words} ${place}, then flux-ts get sources all -n ${namespace}`;
    case 'GitOperationFailed':
    case 'AuthenticationFailed':
      return `check its URL, reference and secret: flux-ts export ${words} ${place}`;
    case 'ReconciliationFailed':
    case 'PruneFailed':
      return `correct what the message names, then: flux-ts reconcile ${words} ${place}`;
    default:
      return undefined;
  }
}

/** By what a pod or an event says. */
const BY_REASON: Readonly<Record<string, (finding: Finding, place?: CausePlace) => string>> = {
  ImagePullBackOff: wrongImage,
  ErrImagePull: wrongImage,
  InvalidImageName: wrongImage,
  CrashLoopBackOff: seeLog,
  Error: seeLog,
  OOMKilled: ({ name }) => `give the container more memory (resources.limits.memory), or find out why ${name} needs so much`,
  CreateContainerConfigError: () => 'create the ConfigMap, Secret or key that the message names',
  FailedMount: () => 'create the volume, ConfigMap or Secret that the message names',
  Unschedulable: () => 'add nodes, or lower what the pod requests',
  FailedScheduling: () => 'add nodes, or lower what the pod requests',
  FailedCreate: () => 'see what refuses the pods: a quota, a policy, or a missing ServiceAccount',
};

function ofFinding(finding: Finding, place?: CausePlace): string | undefined {
  const mend = BY_REASON[finding.reason ?? ''];
  return mend === undefined ? ofFlux(finding, place) : mend(finding, place);
}

function wrongImage({ image }: Finding, place?: CausePlace): string {
  const where = place?.field === undefined ? '' : ` in ${formatPlace(place)}`;
  return `correct the image${image === undefined || image === '' ? '' : ` ${image}`}${where}, or the secret that it is pulled with`;
}

function seeLog({ namespace = '', name }: Finding): string {
  return `see why it ends: kubectl logs ${name} -n ${namespace} --previous`;
}
