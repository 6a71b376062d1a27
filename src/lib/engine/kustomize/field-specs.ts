import { FluxError } from '../../core/errors.ts';
import { completeFieldSpec } from './field-spec.ts';
import * as tables from './field-spec-tables.ts';
import { apiVersionText, fitsGvk } from './ids.ts';
import type { Gvk } from './ids.ts';
import { LEGACY_FIRST, LEGACY_LAST } from './sort-order.ts';
import type { FieldSpec, FieldSpecs, NameReference } from './types.ts';

/** No rules at all. */
export const NO_FIELD_SPECS: FieldSpecs = Object.freeze({
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
});

/** The rules that kustomize has built in. */
export function defaultFieldSpecs(): FieldSpecs {
  return sortSpecs({
    namePrefix: tables.NAME_PREFIX.map(parseLine),
    nameSuffix: tables.NAME_SUFFIX.map(parseLine),
    namespace: tables.NAMESPACE.map(parseLine),
    commonLabels: tables.COMMON_LABELS.map(parseLine),
    labels: [],
    templateLabels: tables.TEMPLATE_LABELS.map(parseLine),
    commonAnnotations: tables.COMMON_ANNOTATIONS.map(parseLine),
    nameReference: tables.NAME_REFERENCE.map(([kind, fields]) => ({ ...parseGvk(kind), fieldSpecs: fields.map(parseLine) })),
    varReference: tables.VAR_REFERENCE.map(parseLine),
    images: tables.IMAGES.map(parseLine),
    replicas: tables.REPLICAS.map(parseLine),
  });
}

function parseLine(line: string): FieldSpec {
  const [gvk = '', path = '', plus] = line.split(' ');
  return completeFieldSpec({ ...parseGvk(gvk), path, create: plus === '+' });
}

function parseGvk(text: string): Gvk {
  const [kindGroup = '', version = ''] = text.split('@');
  const dot = kindGroup.indexOf('.');
  const kind = dot < 0 ? kindGroup : kindGroup.slice(0, dot);
  return { group: dot < 0 ? '' : kindGroup.slice(dot + 1), version, kind: kind === '*' ? '' : kind };
}

/**
 * Adds rules to others. A rule that is there already is not added again.
 *
 * @throws {FluxError} kustomize/configuration: the same rule with another `create`
 */
export function mergeFieldSpecs(base: FieldSpecs, more: FieldSpecs): FieldSpecs {
  if (more === NO_FIELD_SPECS || base === more) return base;
  return sortSpecs({
    namePrefix: mergeSpecs(base.namePrefix, more.namePrefix),
    nameSuffix: mergeSpecs(base.nameSuffix, more.nameSuffix),
    namespace: mergeSpecs(base.namespace, more.namespace),
    commonLabels: mergeSpecs(base.commonLabels, more.commonLabels),
    labels: mergeSpecs(base.labels, more.labels),
    templateLabels: mergeSpecs(base.templateLabels, more.templateLabels),
    commonAnnotations: mergeSpecs(base.commonAnnotations, more.commonAnnotations),
    nameReference: mergeReferences(base.nameReference, more.nameReference),
    varReference: mergeSpecs(base.varReference, more.varReference),
    images: mergeSpecs(base.images, more.images),
    replicas: mergeSpecs(base.replicas, more.replicas),
  });
}

/** Adds rules of one sort to others; see `mergeFieldSpecs`. */
export function mergeSpecs(base: readonly FieldSpec[], more: readonly FieldSpec[]): FieldSpec[] {
  const result = [...base];
  for (const spec of more) {
    const there = result.find((one) => one.path === spec.path && fitsGvk(one, spec));
    if (there === undefined) {
      result.push(spec);
    } else if (there.create !== spec.create) {
      throw new FluxError(
        'kustomize/configuration',
        `merge field specs: conflicting fieldspecs for path "${spec.path}"${spec.kind === '' ? '' : ` of kind "${spec.kind}"`}: create is ${there.create} and ${spec.create}`,
      );
    }
  }
  return result;
}

function mergeReferences(base: readonly NameReference[], more: readonly NameReference[]): NameReference[] {
  const result = [...base];
  for (const reference of more) {
    const at = result.findIndex((one) => one.kind === reference.kind && apiVersionText(one) === apiVersionText(reference));
    const there = result[at];
    if (there === undefined) result.push(reference);
    else result[at] = { ...there, fieldSpecs: mergeSpecs(there.fieldSpecs, reference.fieldSpecs) };
  }
  return result;
}

function sortSpecs(specs: FieldSpecs): FieldSpecs {
  return Object.fromEntries(
    Object.entries(specs).map(([name, list]) => [name, (list as FieldSpec[]).toSorted(compareGvk)]),
  ) as unknown as FieldSpecs;
}

const RANK: ReadonlyMap<string, number> = new Map([
  ...LEGACY_FIRST.map((kind, at): [string, number] => [kind, at - LEGACY_FIRST.length]),
  ...LEGACY_LAST.map((kind, at): [string, number] => [kind, at + 1]),
]);

function compareGvk(a: Gvk, b: Gvk): number {
  const rank = (RANK.get(a.kind) ?? 0) - (RANK.get(b.kind) ?? 0);
  if (rank !== 0) return rank;
  const x = gvkText(a);
  const y = gvkText(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

function gvkText({ group, version, kind }: Gvk): string {
  return `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
}
