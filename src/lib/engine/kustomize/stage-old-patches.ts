import { FluxError } from '../../core/errors.ts';
import type { Context, Loader } from './context.ts';
import { loadText } from './load.ts';
import { cloneNode } from './node.ts';
import { makeResources, parseResources } from './parse-resources.ts';
import { touch } from './resource-set.ts';
import type { Resource } from './resource.ts';
import { selectResources } from './select-resources.ts';
import type { Stage } from './stage.ts';
import { mergeUntargeted, parseOperations, patchResource } from './stage-patches.ts';
import type { Selector } from './types.ts';

/** What the transformer for `patchesStrategicMerge` is given. */
export interface StrategicSettings {
  readonly paths?: readonly string[];
  readonly patches?: string;
}

/**
 * Makes the stage of `patchesStrategicMerge`: each entry is a patch, or the path of one.
 *
 * @throws {FluxError} kustomize/invalid-patch: there is no patch in any of them
 */
export function strategicStage(
  context: Context,
  loader: Loader,
  { paths = [], patches: inline = '' }: StrategicSettings,
  file: string,
): Stage {
  if (paths.length === 0 && inline === '')
    throw new FluxError('kustomize/invalid-patch', 'read patches: empty file path and empty patch content');
  const patches: Resource[] = [];
  for (const entry of paths) {
    let parsed: Resource[] | undefined;
    try {
      parsed = makeResources(parseResources(entry, file), file, cloneNode);
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      const path = `${loader.root === '/' ? '' : loader.root}/${entry}`;
      parsed = makeResources(parseResources(loadText(context, loader, entry), path), path, cloneNode);
    }
    patches.push(...parsed);
  }
  if (inline !== '') patches.push(...makeResources(parseResources(inline, file), file, cloneNode));
  if (patches.length === 0) {
    throw new FluxError('kustomize/invalid-patch', `read patches: patch appears to be empty; files=[${paths.join(' ')}]`, {
      source: { file },
    });
  }
  return (set) => {
    for (const patch of patches) mergeUntargeted(context, set, patch, false);
  };
}

/** What the transformer for `patchesJson6902` is given. */
export interface Json6902Settings {
  readonly target?: Selector;
  readonly path?: string;
  readonly jsonOp?: string;
}

/**
 * Makes the stage of an entry of `patchesJson6902`.
 *
 * @throws {FluxError} kustomize/invalid-patch: no target name, neither or both of path and operations, nothing in them
 */
export function json6902Stage(
  context: Context,
  loader: Loader,
  { target, path = '', jsonOp = '' }: Json6902Settings,
  file: string,
): Stage {
  const fail = (what: string) => new FluxError('kustomize/invalid-patch', `read JSON patch: ${what}`, { source: { file } });
  if (target === undefined || (target.name ?? '') === '') throw fail('must specify the target name');
  if (path === '' && jsonOp === '') throw fail('empty file path and empty jsonOp');
  if (path !== '' && jsonOp !== '') throw fail('must specify a file path or jsonOp, not both');
  const text = path === '' ? jsonOp : loadText(context, loader, path);
  if (text === '') throw fail(`patch file '${path}' seems to be empty`);
  const operations = parseOperations(text);
  if (operations.length === 0) throw fail(`patch appears to be empty; file=${path}`);
  const place = path === '' ? file : `${loader.root === '/' ? '' : loader.root}/${path}`;
  return (set) => {
    for (const resource of selectResources(set.list, target)) patchResource(resource, operations, place);
    touch(set);
  };
}
