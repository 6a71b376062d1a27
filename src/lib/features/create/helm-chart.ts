import { formatDuration } from '../../core/duration.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import type { TypedReference } from './object-reference.ts';
import { fieldsOf, makeObject } from './spec-fields.ts';
import { makeVerification, type VerificationOptions } from './verification.ts';

/** What a HelmChart is made of. Texts that are empty leave their field out. */
export interface HelmChartOptions extends VerificationOptions {
  readonly source: TypedReference | undefined;
  readonly chart: string;
  readonly chartVersion: string;
  readonly reconcileStrategy: string;
  /** Milliseconds. */
  readonly interval: number;
}

/**
 * Makes a HelmChart.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_chart.go
 * Differs: `--verify-subject` without a provider is refused, as for OCI; upstream looks at another command's flag
 *
 * @throws {FluxError} create/flag-missing
 */
export function makeHelmChart(base: ObjectBase, options: HelmChartOptions): K8sObject {
  const { source, chart, chartVersion, reconcileStrategy } = options;
  if (source === undefined) throw missingFlag('source', 'chart source is required');
  if (chart === '') throw missingFlag('chart', 'chart name or path is required');
  return makeObject(
    'HelmChart',
    base,
    fieldsOf({
      chart,
      version: chartVersion,
      interval: formatDuration(options.interval),
      reconcileStrategy,
      sourceRef: { kind: source.kind, name: source.name },
      verify: makeVerification(options),
    }),
  );
}
