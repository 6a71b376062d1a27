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

/** The rules that kustomize has built in; each list is read when it is first asked for, since no build needs them all. */
export function defaultFieldSpecs(): FieldSpecs {
  const namePrefix = once(() => parseRules(tables.NAME_PREFIX));
  const nameSuffix = once(() => parseRules(tables.NAME_SUFFIX));
  const namespace = once(() => parseRules(tables.NAMESPACE));
  const commonLabels = once(() => parseRules(tables.COMMON_LABELS));
  const templateLabels = once(() => parseRules(tables.TEMPLATE_LABELS));
  const commonAnnotations = once(() => parseRules(tables.COMMON_ANNOTATIONS));
  const varReference = once(() => parseRules(tables.VAR_REFERENCE));
  const images = once(() => parseRules(tables.IMAGES));
  const replicas = once(() => parseRules(tables.REPLICAS));
  const nameReference = once(() =>
    sortByGvk(tables.NAME_REFERENCE.map(([kind, fields]) => ({ ...parseGvk(kind), fieldSpecs: fields.map(parseLine) }))),
  );
  return {
    labels: [],
    get namePrefix() {
      return namePrefix();
    },
    get nameSuffix() {
      return nameSuffix();
    },
    get namespace() {
      return namespace();
    },
    get commonLabels() {
      return commonLabels();
    },
    get templateLabels() {
      return templateLabels();
    },
    get commonAnnotations() {
      return commonAnnotations();
    },
    get nameReference() {
      return nameReference();
    },
    get varReference() {
      return varReference();
    },
    get images() {
      return images();
    },
    get replicas() {
      return replicas();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function parseRules(lines: readonly string[]): FieldSpec[] {
  return sortByGvk(lines.map(parseLine));
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
    Object.entries(specs).map(([name, list]) => [name, sortByGvk(list as FieldSpec[])]),
  ) as unknown as FieldSpecs;
}

const RANK: ReadonlyMap<string, number> = new Map([
  ...LEGACY_FIRST.map((kind, at): [string, number] => [kind, at - LEGACY_FIRST.length]),
  ...LEGACY_LAST.map((kind, at): [string, number] => [kind, at + 1]),
]);

/** In the order of the kinds that are applied first, then by name. */
function sortByGvk<T extends Gvk>(list: readonly T[]): T[] {
  const ranked = list.map((rule) => ({ rule, rank: RANK.get(rule.kind) ?? 0, text: gvkText(rule) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return ranked.map(({ rule }) => rule);
}

function gvkText({ group, version, kind }: Gvk): string {
  return `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
}
