import { FluxError } from '../../core/errors.ts';
import { parseApiVersion } from '../../core/objects.ts';
import { applyPath, specsFor } from './field-spec.ts';
import { idKey, isClusterScoped } from './ids.ts';
import type { ResourceId } from './ids.ts';
import { lookUp, readSlot, splitFieldPath } from './look-up.ts';
import { isMap, isMissingOrNull, keysOf, setMember, tagOf, textOf, Written } from './node.ts';
import type { Node } from './node.ts';
import type { ResourceSet } from './resource-set.ts';
import { allIds, gvkOfNode } from './resource.ts';
import type { FieldSpec, Variable } from './types.ts';

/** The variables of a kustomization and its bases, by name. */
export type Variables = Map<string, Variable>;

function variableError(what: string): FluxError {
  return new FluxError('kustomize/variable', `resolve vars: ${what}`, { hint: 'vars are deprecated; replacements do the same' });
}

/**
 * Adds variables, and marks the resources that they take their values from.
 *
 * @throws {FluxError} kustomize/variable: a name is taken, or a variable fits several resources
 */
export function addVariables(variables: Variables, set: ResourceSet, added: readonly Variable[]): void {
  for (const variable of added) {
    const target = targetOf(variable);
    const exact = target.namespace !== '' || isClusterScoped(target);
    const matches = set.list.filter(
      (resource) =>
        resource.node !== undefined &&
        allIds(resource).some((id) => (exact ? idKey(id) === idKey(target) : sameButNamespace(id, target))),
    );
    if (matches.length > 1) {
      throw variableError(`found ${matches.length} resId matches for var ${variable.name} (unable to disambiguate)`);
    }
    matches[0]?.variables.push(variable.name);
  }
  mergeVariables(variables, added);
}

/** Adds variables of a base. */
export function mergeVariables(variables: Variables, added: Iterable<Variable>): void {
  for (const variable of added) {
    if (variables.has(variable.name)) throw variableError(`var '${variable.name}' already encountered`);
    variables.set(variable.name, variable);
  }
}

function sameButNamespace(a: ResourceId, b: ResourceId): boolean {
  return a.name === b.name && a.kind === b.kind && a.group === b.group && a.version === b.version;
}

function targetOf({ objref = {} }: Variable): ResourceId {
  const { apiVersion = '', group = '', version = '', kind = '', name = '', namespace = '' } = objref;
  const gv = apiVersion === '' ? { group, version } : parseApiVersion(apiVersion);
  return { group: apiVersion.includes('/') || apiVersion === '' ? gv.group : group, version: gv.version, kind, name, namespace };
}

/**
 * Replaces `$(NAME)` in all fields that the rules name.
 *
 * @returns the variables that nothing used
 * @throws {FluxError} kustomize/variable: a variable's field is not there
 */
export function resolveVariables(set: ResourceSet, variables: Variables, specs: readonly FieldSpec[]): string[] {
  if (variables.size === 0) return [];
  const values = new Map<string, Node>();
  for (const name of [...variables.keys()].sort()) values.set(name, readVariable(set, variables.get(name) as Variable));
  const used = new Set<string>();
  const value = (name: string): Node | undefined => {
    const found = values.get(name);
    if (found === undefined || isMap(found) || Array.isArray(found)) return undefined;
    used.add(name);
    return found;
  };
  for (const { node } of set.list) {
    if (node === undefined) continue;
    for (const spec of specsFor(specs, gvkOfNode(node))) applyPath(node, spec, undefined, (field) => expandField(field, value));
  }
  return [...values.keys()].filter((name) => !used.has(name));
}

function readVariable(set: ResourceSet, variable: Variable): Node {
  const { name, fieldref } = variable;
  const path = fieldref?.fieldPath === undefined || fieldref.fieldPath === '' ? 'metadata.name' : fieldref.fieldPath;
  const resource = set.list.find(({ variables }) => variables.includes(name));
  if (resource === undefined) throw variableError(`var '${name}' cannot be mapped to a field in the set of known resources`);
  const found = lookUp(resource.node ?? {}, splitFieldPath(path).flatMap(splitIndex));
  if (found === undefined) throw variableError(`field specified in var '${name}' (${path}) not found in corresponding resource`);
  return plainValue(readSlot(found), name);
}

/** Numbers lose their spelling: `+1` is 1, and `0755` is 755, since the original reads them in decimal whatever they mean. */
function plainValue(node: Node, name: string): Node {
  const text = textOf(node);
  switch (tagOf(node)) {
    case 'bool':
      return text.toLowerCase() === 'true';
    case 'float': {
      const value = /[^0-9]_|_(?:[^0-9]|$)/.test(text) ? Number.NaN : Number(text.replaceAll('_', ''));
      if (Number.isFinite(value)) return new Written('float', withoutExponent(value));
      throw variableError(`var '${name}' has the value ${text}, which cannot be read as a decimal number`);
    }
    case 'int': {
      const value = /^[-+]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
      if (value !== undefined && BigInt.asIntN(64, value) === value) {
        return Number.isSafeInteger(Number(value)) ? Number(value) : value;
      }
      throw variableError(`var '${name}' has the value ${text}, which cannot be read as a decimal integer`);
    }
    default:
      return node;
  }
}

/** The shortest digits of a number, however many noughts that takes. */
function withoutExponent(value: number): string {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = Number(exponent) + 1;
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** `ports[0]` is a name and an index. */
function splitIndex(part: string): string[] {
  const match = /^(.*)\[(\d+)\]$/.exec(part);
  if (match === null) return [part];
  const [, name = '', index = ''] = match;
  return name === '' ? [index] : [name, index];
}

type Lookup = (name: string) => Node | undefined;

function expandField(field: Node, value: Lookup): Node | undefined {
  if (isMissingOrNull(field)) return undefined;
  if (Array.isArray(field)) {
    for (const [at, item] of field.entries()) {
      if (!isString(item)) throw new FluxError('kustomize/field-spec', 'invalid value type expect a string');
      field[at] = expand(textOf(item), value);
    }
    return undefined;
  }
  if (isMap(field)) {
    for (const key of keysOf(field)) {
      const item = field[key];
      if (isString(item)) setMember(field, key, expand(textOf(item), value));
    }
    return undefined;
  }
  return isString(field) ? expand(textOf(field), value) : undefined;
}

function isString(node: Node | undefined): boolean {
  return typeof node === 'string' || (node instanceof Written && (node.tag === 'str' || node.tag === ''));
}

/** Replaces references in a text; one that is nothing but a reference takes the type of the value. */
function expand(text: string, value: Lookup): Node {
  if (!text.includes('$')) return text;
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '$' || at + 1 >= text.length) continue;
    out += text.slice(from, at);
    const next = text[at + 1];
    const close = next === '(' ? text.indexOf(')', at + 2) : -1;
    if (close >= 0) {
      const name = text.slice(at + 2, close);
      const found = value(name);
      if (at === 0 && close === text.length - 1) return found === undefined ? text : typed(found);
      out += found === undefined ? `$(${name})` : formatValue(found);
      at = close;
    } else {
      out += next === '$' ? '$' : `$${next}`;
      at++;
    }
    from = at + 1;
  }
  return out + text.slice(from);
}

function typed(value: Node): Node {
  return ['int', 'float', 'bool'].includes(tagOf(value)) ? value : textOf(value);
}

/** Within a text a number has an exponent from 1e+06 up and below 1e-04, even where it is whole. */
function formatValue(value: Node): string {
  if (tagOf(value) !== 'float') return textOf(value);
  const number = Number(textOf(value));
  const exponent = number === 0 ? 0 : Number(number.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < 6) return Object.is(number, -0) ? '-0' : String(number);
  return number.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
}
