import { FluxError } from '../../core/errors.ts';

/** A reference as it is typed: `kind/name`, or `kind/name.namespace`. */
export interface TypedReference {
  /** Empty where none was said. */
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/**
 * Reads `kind/name`; whatever does not have one slash is a name.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/utils ParseObjectKindName
 */
export function parseKindName(text: string): TypedReference {
  const [kind = '', name = '', ...more] = text.split('/');
  return text.includes('/') && more.length === 0 ? { kind, name } : { kind: '', name: text };
}

/**
 * Reads `kind/name.namespace`: the namespace is what follows the last dot.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/utils ParseObjectKindNameNamespace
 */
export function parseKindNameNamespace(text: string): TypedReference {
  const { kind, name } = parseKindName(text);
  const dot = name.lastIndexOf('.');
  if (dot < 0) return { kind, name };
  const namespace = name.slice(dot + 1);
  return { kind, name: name.slice(0, dot), ...(namespace === '' ? {} : { namespace }) };
}

/** The kind among some that is meant, whatever its case. */
export function findKindName(kinds: readonly string[], text: string): string | undefined {
  return kinds.find((kind) => kind.toLowerCase() === text.toLowerCase());
}

/** The error of a reference that cannot be read, or is to another kind. */
export function badReference(message: string, hint?: string): FluxError {
  return new FluxError('create/bad-reference', message, hint === undefined ? {} : { hint });
}

/** The kinds that a chart can come from. */
export const CHART_SOURCE_KINDS: readonly string[] = ['HelmRepository', 'GitRepository', 'Bucket'];

/**
 * Reads the source of a chart, `kind/name`, and with `.namespace` behind it where that is allowed.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/flags helm_chart_source.go, local_helm_chart_source.go
 *
 * @throws {FluxError} create/bad-reference
 */
export function parseChartSource(text: string, { withNamespace }: { withNamespace: boolean }): TypedReference {
  if (text.trim() === '') {
    const form = withNamespace ? '<kind>/<name>.<namespace>' : '<kind>/<name>';
    throw badReference(
      `no helm chart source given, please specify source that contains the chart in the format '${form}', where kind must be one of: (${CHART_SOURCE_KINDS.join(', ')})`,
    );
  }
  const { kind, name, namespace } = withNamespace ? parseKindNameNamespace(text) : parseKindName(text);
  if (kind === '' || name === '') throw badReference(`invalid helm chart source '${text}', must be in format <kind>/<name>`);
  const known = findKindName(CHART_SOURCE_KINDS, kind);
  if (known === undefined) {
    throw badReference(`source kind '${kind}' is not supported, must be one of: ${CHART_SOURCE_KINDS.join(', ')}`);
  }
  return { kind: known, name, ...(namespace === undefined ? {} : { namespace }) };
}
