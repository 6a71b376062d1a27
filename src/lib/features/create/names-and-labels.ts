import { FluxError } from '../../core/errors.ts';
import { checkLabelValue, checkQualifiedName } from '../../core/qualified-name.ts';

/** Where an object goes, and how it is labelled. */
export interface ObjectBase {
  readonly name: string;
  /** Empty leaves the field out. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Checks the name of an object that a `create` command makes.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create.go; one-character names are refused there too
 *
 * @param name absent where none was typed; an empty one is a bad one
 * @throws {FluxError} create/name-missing, create/bad-name
 */
export function checkObjectName(name: string | undefined): string {
  if (name === undefined) throw new FluxError('create/name-missing', 'name is required');
  if (!/^[a-z0-9]([a-z0-9-]){0,61}[a-z0-9]$/.test(name)) {
    throw new FluxError(
      'create/bad-name',
      `name '${name}' is invalid, it should adhere to standard defined in RFC 1123, the name can only contain alphanumeric characters or '-'`,
    );
  }
  return name;
}

/**
 * Reads `key=value` labels.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create.go parseLabels
 *
 * @throws {FluxError} create/bad-label
 */
export function parseLabels(texts: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const parts = text.split('=');
    const [key, value] = parts;
    if (parts.length !== 2 || key === undefined || value === undefined) {
      throw new FluxError('create/bad-label', `invalid label format '${text}', must be key=value`);
    }
    const keyProblems = checkQualifiedName(key);
    if (keyProblems.length > 0) throw new FluxError('create/bad-label', `invalid label '${key}': [${keyProblems.join(' ')}]`);
    const valueProblems = checkLabelValue(value);
    if (valueProblems.length > 0)
      throw new FluxError('create/bad-label', `invalid label value '${value}': [${valueProblems.join(' ')}]`);
    labels[key] = value;
  }
  return labels;
}

/** Metadata in the order and with the omissions of upstream: no empty namespace, no empty labels. */
export function metadataOf(
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): { name: string; namespace?: string; labels?: Record<string, string> } {
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
  };
}
