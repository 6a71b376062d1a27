import { isFluxError, messageOf } from '../../core/errors.ts';
import { APP_LABEL } from '../../core/flux.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { View } from '../../core/view.ts';
import { imagesOf } from './images.ts';
import type { InstallPorts } from './ports.ts';
import { formatDistribution, readClusterInfo } from './read-cluster-info.ts';
import { deploymentOf, tellReady } from './verify-components.ts';
import { waitReady } from './wait-ready.ts';

/** Lowest Kubernetes version that Flux 2.9 works with. */
export const KUBERNETES_CONSTRAINT = '>=1.33.0-0';
const LOWEST = { major: 1, minor: 33 } as const;

/** How to check. */
export interface CheckOptions {
  readonly namespace: string;
  /** True looks at the cluster only, not at the installation. Default: false. */
  readonly pre: boolean;
  /** How long the controllers may take to get ready. Default: 300 000. */
  readonly timeoutMs: number;
}

/** One thing that was looked at. */
export interface CheckItem {
  readonly check: 'kubernetes' | 'distribution' | 'bootstrapped' | 'controller' | 'crd';
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
  /** Images of a controller. */
  readonly images?: readonly string[];
}

/** What `check` found. */
export interface CheckResult {
  /** True where every item is. */
  readonly ok: boolean;
  readonly items: readonly CheckItem[];
}

/** One row per thing looked at. */
export const CHECK_VIEW: View<CheckItem> = [
  { title: 'CHECK', value: (row) => row.check },
  { title: 'NAME', value: (row) => row.name },
  { title: 'OK', value: (row) => (row.ok ? 'True' : 'False') },
  { title: 'MESSAGE', value: (row) => row.message },
  { title: 'IMAGES', value: (row) => (row.images ?? []).join(','), wide: true },
];

const PART_OF = `${APP_LABEL.partOf}=flux`;

/**
 * Checks the cluster and the installation in it. What is wrong is a result, not an error.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/check.go
 * Differs: a list that is refused counts as a failed check, where upstream passes over it; no question to the network for a
 * newer release
 *
 * @throws {FluxError} kube/unreachable, kube/unauthorized
 */
export async function check(options: CheckOptions, ports: InstallPorts): Promise<CheckResult> {
  const { progress } = ports;
  progress.action('checking prerequisites');
  const items: CheckItem[] = [await checkKubernetes(ports)];
  if (options.pre) {
    if (items.every(({ ok }) => ok)) progress.success('prerequisites checks passed');
    return { ok: items.every(({ ok }) => ok), items };
  }
  progress.action('checking version in cluster');
  items.push(...(await checkInstallation(ports)));
  progress.action('checking controllers');
  items.push(...(await checkControllers(options, ports)));
  progress.action('checking crds');
  items.push(...(await checkDefinitions(ports)));
  const ok = items.every((item) => item.ok);
  if (ok) progress.success('all checks passed');
  return { ok, items };
}

async function checkKubernetes({ kube, progress }: InstallPorts): Promise<CheckItem> {
  const gitVersion = String((await kube.serverVersion())['gitVersion'] ?? '');
  const item = judgeKubernetes(gitVersion);
  if (item.ok) progress.success(item.message);
  else progress.failure(item.message);
  return item;
}

/**
 * Tells whether a Kubernetes version will do.
 *
 * Effects: none
 *
 * @param gitVersion as the server gives it: `v1.36.3`
 */
export function judgeKubernetes(gitVersion: string): CheckItem {
  const found = /^v?(\d+)\.(\d+)(\.\d+.*)?$/.exec(gitVersion);
  const item = { check: 'kubernetes', name: gitVersion } as const;
  if (found === null) return { ...item, ok: false, message: "Kubernetes version can't be determined" };
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const ok = major > LOWEST.major || (major === LOWEST.major && minor >= LOWEST.minor);
  return ok
    ? { ...item, ok, message: `Kubernetes ${gitVersion.replace(/^v/, '')} ${KUBERNETES_CONSTRAINT}` }
    : { ...item, ok, message: `Kubernetes version ${gitVersion} does not match ${KUBERNETES_CONSTRAINT}` };
}

async function checkInstallation({ kube, progress, signal }: InstallPorts): Promise<CheckItem[]> {
  const info = await readClusterInfo(kube, signal);
  if (info === undefined) {
    progress.failure('Flux is not installed: there is no definition of GitRepository');
    return [{ check: 'distribution', name: '', ok: false, message: 'Flux is not installed' }];
  }
  const distribution = formatDistribution(info);
  if (distribution !== '') progress.success(`distribution: ${distribution}`);
  progress.success(`bootstrapped: ${info.bootstrapped}`);
  return [
    { check: 'distribution', name: distribution, ok: true, message: '' },
    { check: 'bootstrapped', name: String(info.bootstrapped), ok: true, message: '' },
  ];
}

async function checkControllers(options: CheckOptions, ports: InstallPorts): Promise<CheckItem[]> {
  const { kube, progress, signal } = ports;
  const within = signal === undefined ? {} : { signal };
  let found: readonly K8sObject[];
  try {
    const query = { namespace: options.namespace, labelSelector: PART_OF, ...within };
    found = (await kube.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, query)).items;
  } catch (error) {
    return [reportFailed('controller', error, ports)];
  }
  if (found.length === 0) {
    const message = `no controllers found in the '${options.namespace}' namespace with the label selector '${PART_OF}'`;
    progress.failure(message);
    return [{ check: 'controller', name: '', ok: false, message }];
  }
  const refs = found.map(({ metadata }) => deploymentOf(metadata.name, options.namespace));
  const reports = await waitReady(refs, ports, { timeoutMs: options.timeoutMs });
  return reports.map((report, index) => {
    tellReady(report, ports);
    const images = imagesOf(found[index]);
    for (const image of images) progress.action(image);
    const { ref, status, message } = report;
    const ok = status === 'ready';
    return { check: 'controller', name: ref.name, ok, message: ok ? status : `${status}: ${message}`, images } as const;
  });
}

async function checkDefinitions(ports: InstallPorts): Promise<CheckItem[]> {
  const { kube, progress, signal } = ports;
  const kind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  let found: readonly K8sObject[];
  try {
    found = (await kube.list(kind, { labelSelector: PART_OF, ...(signal === undefined ? {} : { signal }) })).items;
  } catch (error) {
    return [reportFailed('crd', error, ports)];
  }
  if (found.length === 0) {
    const message = `no crds found with the label selector '${PART_OF}'`;
    progress.failure(message);
    return [{ check: 'crd', name: '', ok: false, message }];
  }
  return found.map((definition) => {
    const { name } = definition.metadata;
    const version = storedVersions(definition['status']).at(-1);
    if (version === undefined) progress.failure(`no stored versions for ${name}`);
    else progress.success(`${name}/${version}`);
    return { check: 'crd', name, ok: version !== undefined, message: version ?? 'no stored versions' } as const;
  });
}

function storedVersions(status: JsonValue | undefined): string[] {
  const versions = isJsonObject(status) ? status['storedVersions'] : undefined;
  return Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : [];
}

function reportFailed(check: 'controller' | 'crd', error: unknown, { progress }: InstallPorts): CheckItem {
  if (!isFluxError(error, 'kube/forbidden')) throw error;
  progress.failure(messageOf(error));
  return { check, name: '', ok: false, message: messageOf(error) };
}
