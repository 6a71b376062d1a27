import { isFluxError } from '../../core/errors.ts';
import { APP_LABEL } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import type { EscapeCluster } from './types.ts';

/** A controller of Flux, as its Deployment has it. */
export interface Controller {
  readonly name: string;
  readonly args: readonly string[];
  /** `[1, 9, 4]`; empty where the image has no such tag. */
  readonly version: readonly number[];
  readonly serviceAccount: string;
  /** Annotations of its ServiceAccount with which a cloud gives it an identity. */
  readonly cloudIdentities: readonly string[];
  readonly podLabels: Readonly<Record<string, string>>;
}

/** All controllers of Flux in a cluster. */
export interface Controllers {
  /** `absent`: Flux is not installed; `unreadable`: the caller may not look. */
  readonly state: 'installed' | 'absent' | 'unreadable';
  readonly namespace: string;
  readonly byName: ReadonlyMap<string, Controller>;
}

/** Annotations by which clouds give an account an identity of theirs. */
const CLOUD_ANNOTATIONS: readonly string[] = [
  'eks.amazonaws.com/role-arn',
  'iam.gke.io/gcp-service-account',
  'azure.workload.identity/client-id',
];

/**
 * Reads the Deployments of Flux: their flags are guards that only they can tell of.
 *
 * Effects: reads the cluster
 */
export async function readControllers(kube: EscapeCluster, namespace: string): Promise<Controllers> {
  let deployments: K8sObject[];
  try {
    ({ items: deployments } = await kube.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace }));
  } catch (error) {
    if (!isFluxError(error, 'kube/forbidden')) throw error;
    return { state: 'unreadable', namespace, byName: new Map() };
  }
  const byName = new Map<string, Controller>();
  for (const deployment of deployments) {
    const { name, labels = {} } = deployment.metadata;
    if (
      !/-(controller|watcher)$/.test(name) ||
      (labels[APP_LABEL.partOf] !== 'flux' && labels['app'] !== name && labels[APP_LABEL.component] !== name)
    )
      continue;
    byName.set(name, await describe(kube, deployment, namespace));
  }
  return { state: byName.size === 0 ? 'absent' : 'installed', namespace, byName };
}

async function describe(kube: EscapeCluster, deployment: K8sObject, namespace: string): Promise<Controller> {
  const pod = readPath(deployment, 'spec', 'template', 'spec');
  const containers = readList(pod, 'containers');
  const manager = containers.find((container) => readText(container, 'name') === 'manager') ?? containers[0];
  const serviceAccount = readText(pod, 'serviceAccountName') || 'default';
  const account = await kube.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: serviceAccount });
  const annotations = account?.metadata.annotations ?? {};
  const labels = readPath(deployment, 'spec', 'template', 'metadata', 'labels');
  return {
    name: deployment.metadata.name,
    args: readList(manager, 'args').filter((arg) => typeof arg === 'string'),
    version: readVersion(readText(manager, 'image')),
    serviceAccount,
    cloudIdentities: CLOUD_ANNOTATIONS.filter((key) => (annotations[key] ?? '') !== ''),
    podLabels: isJsonObject(labels) ? (labels as Record<string, string>) : {},
  };
}

/** The version of an image's tag. */
function readVersion(image: string): number[] {
  const found = /:v(\d+)\.(\d+)\.(\d+)/.exec(image);
  return found === null ? [] : found.slice(1, 4).map(Number);
}

/**
 * The value of a flag; undefined where it is not given. A flag alone is `true`, the last one counts.
 *
 * @example flagOf(['--a=1', '--b'], 'b') // 'true'
 */
export function flagOf(args: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg.startsWith(`--${name}=`)) value = arg.slice(name.length + 3);
    else if (arg === `--${name}`) value = args[index + 1]?.startsWith('-') === false ? args[index + 1] : 'true';
  }
  return value;
}
