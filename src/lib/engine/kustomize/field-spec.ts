import { FluxError } from '../../core/errors.ts';
import { fitsGvk, formatId } from './ids.ts';
import type { Gvk } from './ids.ts';
import { isMap, isNull, kindOf, member, setMember, Written } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { gvkOfNode, metaText } from './resource.ts';
import type { FieldSpec } from './types.ts';

/** What is made where a field is missing; `undefined` makes nothing. */
export type Created = 'map' | 'scalar' | undefined;

/** Gives the new value of a field; `undefined` leaves it. */
export type Setter = (node: Node) => Node | undefined;

/**
 * Changes the fields of a resource that a rule of place names.
 *
 * A path goes into every element of a list that it meets.
 *
 * @param created what a missing last field becomes before it is set; in between maps are made
 * @throws {FluxError} kustomize/field-spec: a scalar stands where a map or list should be
 */
export function applyFieldSpec(root: NodeMap, spec: FieldSpec, created: Created, set: Setter): void {
  if (!fitsGvk(gvkOfNode(root), spec)) return;
  applyPath(root, spec, created, set);
}

/** The same without a look at the kind. */
export function applyPath(root: NodeMap, spec: FieldSpec, created: Created, set: Setter): void {
  try {
    visit(root, spec.parts, 0, { create: spec.create ? created : undefined, set });
  } catch (error) {
    if (!(error instanceof FluxError) || error.code !== 'kustomize/field-spec') throw error;
    const id = { ...gvkOfNode(root), name: metaText(root, 'name'), namespace: metaText(root, 'namespace') };
    throw new FluxError(error.code, `consider field "${spec.path}" of object ${formatId(id)}: ${error.message}`, {
      cause: error,
    });
  }
}

/** The rules that fit a kind. */
export function specsFor(specs: readonly FieldSpec[], gvk: Gvk): readonly FieldSpec[] {
  return specs.filter((spec) => fitsGvk(gvk, spec));
}

/** Finds the rules that fit a kind. */
export type FindRules = typeof specsFor;

/** The same with a memory: a build asks the same lists about the same few kinds for each resource. */
export function rememberRules(): FindRules {
  const known = new Map<readonly FieldSpec[], Map<string, Found[]>>();
  return (specs, gvk) => {
    if (specs.length < 2) return specsFor(specs, gvk);
    let byKind = known.get(specs);
    if (byKind === undefined) {
      byKind = new Map();
      known.set(specs, byKind);
    }
    const ofKind = byKind.get(gvk.kind);
    for (const found of ofKind ?? []) if (found.version === gvk.version && found.group === gvk.group) return found.rules;
    const rules = specsFor(specs, gvk);
    const found = { group: gvk.group, version: gvk.version, rules };
    if (ofKind === undefined) byKind.set(gvk.kind, [found]);
    else ofKind.push(found);
    return rules;
  };
}

interface Found {
  readonly group: string;
  readonly version: string;
  readonly rules: readonly FieldSpec[];
}

interface Visit {
  readonly create: Created;
  readonly set: Setter;
}

/** Returns what the node becomes; `undefined` leaves it. */
function visit(node: Node, path: readonly string[], at: number, how: Visit): Node | undefined {
  const part = path[at];
  if (part === undefined) return how.set(node);
  if (isNull(node)) return undefined;
  if (Array.isArray(node)) {
    for (let i = 0; i < node.length; i++) {
      const changed = visit(node[i] as Node, path, at, how);
      if (changed !== undefined) node[i] = changed;
    }
    return undefined;
  }
  if (!isMap(node))
    throw new FluxError('kustomize/field-spec', `expected sequence or mapping node at "${path.slice(0, at).join('/')}"`);
  visitMember(node, part, path, at, how);
  return undefined;
}

function visitMember(map: NodeMap, part: string, path: readonly string[], at: number, how: Visit): void {
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  if (name === '') throw new FluxError('kustomize/field-spec', 'cannot set or create an empty field name');
  const isLast = at === path.length - 1;
  let field = member(map, name);
  if (how.create === undefined || isList) {
    if (field === undefined) return;
    if (isList && isNull(field)) {
      field = [];
      setMember(map, name, field);
    }
  } else if (field === undefined || isNull(field)) {
    field = !isLast || how.create === 'map' ? {} : new Written('', '');
    setMember(map, name, field);
  }
  const changed = visit(field, path, at + 1, how);
  if (changed !== undefined) setMember(map, name, changed);
}

/** Splits a path at its slashes; `\/` stands for a slash in a name. */
export function splitPath(path: string, delimiter = '/'): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts.shift();
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last !== undefined && last.endsWith('\\')) result[result.length - 1] = last.slice(0, -1) + delimiter + part;
    else result.push(part);
  }
  return result;
}

/** Refuses maps and lists where a scalar must be. */
export function demandScalar(node: Node): void {
  if (isNull(node) || kindOf(node) === 'ScalarNode') return;
  throw new FluxError('kustomize/field-spec', `wrong node kind: expected ScalarNode but got ${kindOf(node)}`);
}

/** Makes a full rule of place from what was written. */
export function completeFieldSpec(spec: Partial<FieldSpec>): FieldSpec {
  const { group = '', version = '', kind = '', path = '', create = false } = spec;
  return { group, version, kind, path, parts: splitPath(path), create };
}
