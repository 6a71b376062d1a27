import { FluxError } from '../../core/errors.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { Context, Loader } from './context.ts';
import { decode } from './decode.ts';
import { splitPath } from './field-spec.ts';
import { PLUGIN_SHAPES } from './kustomization-shape.ts';
import { loadText } from './load.ts';
import { isMap, kindOf, member, scalarOf, setMember, textOf } from './node.ts';
import type { NodeMap } from './node.ts';
import { touch } from './resource-set.ts';
import { selectResources } from './select-resources.ts';
import { setNamespaces } from './stage-namespace.ts';
import type { Stage } from './stage.ts';
import type { Selector } from './types.ts';

/** What the value-add transformer is given. */
export interface ValueAddSettings {
  readonly value?: string;
  readonly targets?: readonly ValueTarget[];
  readonly targetFilePath?: string;
}

interface ValueTarget {
  readonly selector?: Selector;
  readonly fieldPath?: string;
  readonly filePathPosition?: number;
}

/**
 * Makes the stage that writes one value into fields, or into one part of a field that is a path.
 *
 * @throws {FluxError} kustomize/plugin: no target, or a target without field
 */
export function valueAddStage(context: Context, loader: Loader, settings: ValueAddSettings): Stage {
  const given = (settings.value ?? '').trim();
  const value = given === '' ? loader.root.slice(loader.root.lastIndexOf('/') + 1) : given;
  const targets = [...(settings.targets ?? [])];
  const { targetFilePath = '' } = settings;
  if (targetFilePath !== '') targets.push(...readTargets(context, loader, targetFilePath));
  const fail = (what: string) => new FluxError('kustomize/plugin', `configure ValueAddTransformer: ${what}`);
  if (targets.length === 0) throw fail('must specify at least one target');
  for (const { fieldPath = '', filePathPosition = 0 } of targets) {
    if (fieldPath === '') throw fail('fieldPath cannot be empty');
    if (filePathPosition < 0) throw fail(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
  return (set) => {
    for (const { selector, fieldPath = '', filePathPosition = 0 } of targets) {
      const selected = selector === undefined ? set.list : selectResources(set.list, selector);
      for (const { node } of selected) {
        if (node === undefined) continue;
        if (fieldPath === 'metadata/namespace') setNamespaces(node, { namespace: value, fieldSpecs: [] });
        else setField(node, splitPath(fieldPath), value, filePathPosition);
      }
    }
    touch(set);
  };
}

function readTargets(context: Context, loader: Loader, path: string): ValueTarget[] {
  const shape = PLUGIN_SHAPES['ValueAddTransformer'];
  const fail = (message: string) => new FluxError('kustomize/plugin', message, { source: { file: path } });
  const value = parseYaml(loadText(context, loader, path), { file: path, schema: 'sigs' });
  const decoded = decode(value, shape ?? 'any', { strict: false, convert: true, what: `read targets "${path}"`, fail }) as
    | ValueAddSettings
    | undefined;
  return [...(decoded?.targets ?? [])];
}

function setField(root: NodeMap, path: readonly string[], value: string, position: number): void {
  let map = root;
  for (const part of path.slice(0, -1)) {
    const next = member(map, part);
    if (next === undefined) {
      const made: NodeMap = {};
      setMember(map, part, made);
      map = made;
    } else if (isMap(next)) {
      map = next;
    } else {
      throw new FluxError(
        'kustomize/field-spec',
        `add value: wrong node kind: expected MappingNode but got ${kindOf(next)} at "${part}"`,
      );
    }
  }
  const last = path.at(-1) ?? '';
  const old = member(map, last);
  if (old !== undefined && (isMap(old) || Array.isArray(old))) {
    throw new FluxError(
      'kustomize/field-spec',
      `add value: wrong node kind: expected ScalarNode but got ${kindOf(old)} at "${last}"`,
    );
  }
  setMember(map, last, scalarOf(position > 0 ? insertPart(textOf(old), position - 1, value) : value, old));
}

/** Puts a part into a path at a position; one beyond its end appends. */
function insertPart(path: string, at: number, part: string): string {
  const isAbsolute = path.startsWith('/');
  const parts = path.split('/').filter((one, index) => !(index === 0 && isAbsolute && one === ''));
  if (path === '') return part;
  parts.splice(Math.min(at, parts.length), 0, part);
  return (isAbsolute ? '/' : '') + parts.join('/');
}
