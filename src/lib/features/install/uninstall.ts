import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { APP_LABEL } from '../../core/flux.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import { formatSubject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import type { View } from '../../core/view.ts';
import type { InstallPorts } from './ports.ts';
import { isManagedByFlux, readClusterInfo } from './read-cluster-info.ts';
import { waitGone } from './wait-gone.ts';

/** How to uninstall. */
export interface UninstallOptions {
  readonly namespace: string;
  /** Default: false. */
  readonly keepNamespace: boolean;
  /** True changes nothing and asks nothing. Default: false. */
  readonly dryRun: boolean;
  /** True asks nothing. Default: false. */
  readonly silent: boolean;
  /** How long the controllers may take to end. Default: 300 000. */
  readonly timeoutMs: number;
}

/** One object and what was done to it. */
export interface UninstallEntry {
  /** `Kind/namespace/name`. */
  readonly subject: string;
  readonly action: 'deleted' | 'finalizers deleted' | 'failed';
  /** Why it failed; empty where it did not. */
  readonly message: string;
}

/** What `uninstall` did. */
export interface UninstallResult {
  /** False where anything failed. */
  readonly ok: boolean;
  readonly dryRun: boolean;
  readonly entries: readonly UninstallEntry[];
}

/** One row per object. */
export const UNINSTALL_VIEW: View<UninstallEntry> = [
  { title: 'OBJECT', value: (row) => row.subject },
  { title: 'ACTION', value: (row) => row.action },
  { title: 'MESSAGE', value: (row) => row.message },
];

const PART_OF = `${APP_LABEL.partOf}=flux`;
const DEPLOYMENT: KindRef = { apiVersion: 'apps/v1', kind: 'Deployment' };
const DEFINITION: KindRef = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const NAMESPACED: readonly KindRef[] = [
  DEPLOYMENT,
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
];
const CLUSTER_WIDE: readonly KindRef[] = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
];
const POLICIES: readonly KindRef[] = [
  { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' },
  { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' },
];
/** Those of narrow profiles are in other namespaces too, where other tools may have parts of their own. */
const IN_ANY_NAMESPACE: readonly KindRef[] = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
];
const FINALIZED: readonly string[] = [
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Bucket',
  'Kustomization',
  'HelmRelease',
  'Alert',
  'Provider',
  'Receiver',
  'ImagePolicy',
  'ImageRepository',
  'ImageUpdateAutomation',
  'ArtifactGenerator',
];

/**
 * Removes Flux: components, finalizers of its objects, definitions (and with them its objects), namespace. What Flux has
 * applied stays: finalizers go only after the controllers have ended, so that none of them prunes.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/uninstall.go, pkg/uninstall/uninstall.go
 * Differs: failures make `ok` false, where upstream reports success; lists that are refused count as failures; the
 * controllers' pods are waited for, where upstream lets them race; the roles and policies that the profiles add go too
 *
 * @throws {FluxError} install/cancelled, install/controllers-running; kube/unreachable, kube/unauthorized
 */
export async function uninstall(options: UninstallOptions, ports: InstallPorts): Promise<UninstallResult> {
  const { progress } = ports;
  if (!options.dryRun && !options.silent) await confirmUninstall(ports);
  const entries: UninstallEntry[] = [];
  const note = (entry: UninstallEntry): void => {
    entries.push(entry);
    tellEntry(entry, options.dryRun, ports);
  };

  progress.section?.('Components');
  progress.action(`deleting components in ${options.namespace} namespace`);
  for (const kind of NAMESPACED) await deleteAll(kind, { ...options, within: options.namespace }, ports, note);
  for (const kind of CLUSTER_WIDE) await deleteAll(kind, options, ports, note);
  const selector = `${PART_OF},${APP_LABEL.instance}=${options.namespace}`;
  for (const kind of [...POLICIES, ...IN_ANY_NAMESPACE]) await deleteAll(kind, { ...options, selector }, ports, note);
  if (!options.dryRun) await waitControllersGone(options, ports);

  progress.section?.('Finalizers');
  progress.action('deleting toolkit.fluxcd.io finalizers in all namespaces');
  for (const kind of FINALIZED) await removeFinalizers(kind, options, ports, note);

  progress.section?.('Custom resource definitions');
  progress.action('deleting toolkit.fluxcd.io custom resource definitions');
  await deleteAll(DEFINITION, options, ports, note);

  if (!options.keepNamespace) {
    await deleteOne({ apiVersion: 'v1', kind: 'Namespace', name: options.namespace }, options, ports, note);
  }
  const ok = entries.every(({ action }) => action !== 'failed');
  if (ok) progress.success('uninstall finished');
  return { ok, dryRun: options.dryRun, entries };
}

async function confirmUninstall(ports: InstallPorts): Promise<void> {
  const info = await readClusterInfo(ports.kube, ports.signal);
  const question =
    info === undefined || isManagedByFlux(info)
      ? 'Are you sure you want to delete Flux and its custom resource definitions?'
      : `Flux is managed by ${info.managedBy}! Are you sure you want to delete Flux and its CRDs using Flux CLI?`;
  if ((await ports.confirm?.(question)) === true) return;
  throw new FluxError('install/cancelled', 'aborting', { hint: 'Answer the question beforehand with --silent' });
}

type Note = (entry: UninstallEntry) => void;

async function deleteAll(
  kind: KindRef,
  options: UninstallOptions & { readonly within?: string; readonly selector?: string },
  ports: InstallPorts,
  note: Note,
): Promise<void> {
  for (const object of await listAll(kind, options.within, options.selector ?? PART_OF, ports, note))
    await deleteOne(refOf(object), options, ports, note);
}

async function deleteOne(ref: ObjectRef, { dryRun }: UninstallOptions, ports: InstallPorts, note: Note): Promise<void> {
  const subject = formatSubject(ref);
  const within = ports.signal === undefined ? {} : { signal: ports.signal };
  try {
    await ports.kube.delete(ref, { propagationPolicy: 'Background', dryRun, ...within });
    note({ subject, action: 'deleted', message: '' });
  } catch (error) {
    note(failureOf(subject, 'deletion failed', error));
  }
}

async function removeFinalizers(name: string, options: UninstallOptions, ports: InstallPorts, note: Note): Promise<void> {
  const row = kindNamed(name);
  const kind = { apiVersion: apiVersionOf(row), kind: row.kind };
  const within = ports.signal === undefined ? {} : { signal: ports.signal };
  for (const object of await listAll(kind, undefined, undefined, ports, note)) {
    if ((object.metadata.finalizers ?? []).length === 0) continue;
    const subject = formatSubject(refOf(object));
    try {
      const patch = { metadata: { finalizers: null } };
      await ports.kube.patch(refOf(object), patch, { type: 'merge', dryRun: options.dryRun, ...within });
      note({ subject, action: 'finalizers deleted', message: '' });
    } catch (error) {
      // What was being deleted is gone with its last finalizer, maybe before our patch.
      if (!isFluxError(error, 'kube/not-found')) note(failureOf(subject, 'removing finalizers failed', error));
    }
  }
}

async function listAll(
  kind: KindRef,
  namespace: string | undefined,
  labelSelector: string | undefined,
  { kube, signal }: InstallPorts,
  note: Note,
): Promise<readonly K8sObject[]> {
  try {
    const { items } = await kube.list(kind, {
      metadataOnly: true,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(signal === undefined ? {} : { signal }),
    });
    // A list of metadata has the kind PartialObjectMetadata.
    return items.map((item) => ({ ...item, ...kind }));
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind')) return [];
    note(failureOf(kind.kind, 'cannot be listed', error));
    return [];
  }
}

async function waitControllersGone({ namespace, timeoutMs }: UninstallOptions, ports: InstallPorts): Promise<void> {
  const left = await waitGone({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: PART_OF, timeoutMs }, ports);
  if (left.length === 0) return;
  throw new FluxError(
    'install/controllers-running',
    `${left.length} controller pods have not ended within ${Math.round(timeoutMs / 1000)} s, so finalizers stay: ${left.join(', ')}`,
    { hint: `Delete them (kubectl delete pods -n ${namespace} -l ${PART_OF} --force), then run uninstall again` },
  );
}

function failureOf(subject: string, what: string, error: unknown): UninstallEntry {
  if (!isFluxError(error) || isFluxError(error, 'kube/unreachable') || isFluxError(error, 'kube/unauthorized')) throw error;
  return { subject, action: 'failed', message: `${what}: ${messageOf(error)}` };
}

function tellEntry({ subject, action, message }: UninstallEntry, dryRun: boolean, { progress }: InstallPorts): void {
  if (action === 'failed') progress.failure(`${subject} ${message}`);
  else progress.success(`${subject} ${action}${dryRun ? ' (dry run)' : ''}`);
}
