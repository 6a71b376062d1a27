import { formatDuration } from '../../core/duration.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { badValue, collidingFlags, missingFlag } from './check-flags.ts';
import { parseDependency } from './kustomization.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { badReference, findKindName, parseKindName, parseKindNameNamespace, type TypedReference } from './object-reference.ts';
import { fieldsOf, makeObject } from './spec-fields.ts';

/** What a HelmRelease is made of. Texts that are empty leave their field out. */
export interface HelmReleaseOptions {
  readonly source: TypedReference | undefined;
  readonly chart: string;
  readonly chartVersion: string;
  /** `kind/name`, or `kind/name.namespace`. */
  readonly chartRef: string;
  readonly reconcileStrategy: string;
  /** Milliseconds; 0 leaves the field out. */
  readonly chartInterval: number;
  readonly releaseName: string;
  readonly targetNamespace: string;
  /** Empty: the target namespace, where there is one. */
  readonly storageNamespace: string;
  readonly createTargetNamespace: boolean;
  /** `name`, or `namespace/name`. */
  readonly dependsOn: readonly string[];
  readonly serviceAccount: string;
  readonly crds: string;
  readonly kubeconfigSecretRef: string;
  /** `Secret/name` or `ConfigMap/name`. */
  readonly valuesFrom: readonly string[];
  /** Milliseconds. */
  readonly interval: number;
}

const CHART_KINDS = ['OCIRepository', 'HelmChart'];
const VALUES_KINDS = ['Secret', 'ConfigMap'];

/**
 * Makes a HelmRelease.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_helmrelease.go
 * Differs: a chart without a source is refused; the API server would refuse it
 *
 * @param values absent: there are none
 * @throws {FluxError} create/flag-missing, create/flags-collide, create/bad-value, create/bad-reference
 */
export function makeHelmRelease(base: ObjectBase, options: HelmReleaseOptions, values?: JsonObject): K8sObject {
  const { crds, createTargetNamespace, kubeconfigSecretRef, targetNamespace } = options;
  const chart = makeChart(options);
  const valuesFrom = options.valuesFrom.map(parseValuesFrom);
  if (options.chart !== '' && options.source === undefined) throw missingFlag('source', 'source is required');
  return makeObject('HelmRelease', base, {
    ...fieldsOf({
      ...chart,
      interval: formatDuration(options.interval),
      releaseName: options.releaseName,
      targetNamespace,
      storageNamespace: options.storageNamespace || targetNamespace,
      dependsOn: options.dependsOn.map(parseDependency),
      serviceAccountName: options.serviceAccount,
      kubeConfig: kubeconfigSecretRef === '' ? undefined : { secretRef: { name: kubeconfigSecretRef } },
      install:
        crds === '' && !createTargetNamespace
          ? undefined
          : fieldsOf({ createNamespace: createTargetNamespace, crds: crds === '' ? '' : 'Create' }),
      upgrade: crds === '' ? undefined : { crds },
      valuesFrom,
    }),
    ...(values === undefined ? {} : { values }),
  });
}

function makeChart(options: HelmReleaseOptions): JsonObject {
  const { chart, chartRef, chartVersion, chartInterval, reconcileStrategy, source } = options;
  if (chart === '' && chartRef === '') throw missingFlag('chart', 'chart or chart-ref is required');
  if (chart !== '' && chartRef !== '') throw collidingFlags('cannot use --chart in combination with --chart-ref');
  if (reconcileStrategy !== 'Revision' && reconcileStrategy !== 'ChartVersion') {
    throw badValue(`'${reconcileStrategy}' is an invalid reconcile strategy(valid: Revision, ChartVersion)`);
  }
  if (chart === '') return { chartRef: parseChartRef(chartRef) };
  return {
    chart: {
      spec: fieldsOf({
        chart,
        version: chartVersion,
        interval: chartInterval === 0 ? '' : formatDuration(chartInterval),
        reconcileStrategy,
        sourceRef: source === undefined ? undefined : { ...source },
      }),
    },
  };
}

function parseChartRef(text: string): JsonObject {
  const { kind, name, namespace = '' } = parseKindNameNamespace(text);
  if (!CHART_KINDS.includes(kind)) {
    const near = findKindName(CHART_KINDS, kind);
    throw badReference(
      `chart reference kind '${kind}' is not supported, must be one of: ${CHART_KINDS.join(', ')}`,
      near === undefined ? undefined : `did you mean "${near}/${name}"?`,
    );
  }
  return fieldsOf({ kind, name, namespace });
}

function parseValuesFrom(text: string): JsonObject {
  const { kind, name } = parseKindName(text);
  if (kind === '') throw badReference(`invalid Kubernetes object reference '${text}', must be in format <kind>/<name>`);
  const known = findKindName(VALUES_KINDS, kind);
  if (known === undefined) {
    throw badReference(`reference kind '${kind}' is not supported, must be one of: ${VALUES_KINDS.join(', ')}`);
  }
  return { kind: known, name };
}
