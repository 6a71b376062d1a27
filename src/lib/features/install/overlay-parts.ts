import { formatJson, type JsonObject } from '../../core/json.ts';
import type { RenderOptions } from './options.ts';

/** How a kustomization begins. */
export const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;

/**
 * Writes a patch as a kustomization lists it: operations on every object that the target selects.
 *
 * @param options such as `allowKindChange`
 */
export function patchOf(target: JsonObject, operations: readonly JsonObject[], options?: JsonObject): JsonObject {
  return { target, patch: formatJson([...operations]), ...(options === undefined ? {} : { options }) };
}

/** Where a container's arguments are in a Deployment. */
export const ARGS = '/spec/template/spec/containers/0/args';

/** Writes the operation that sets one argument. */
export function replaceArg(index: number, value: string): JsonObject {
  return { op: 'replace', path: `${ARGS}/${index}`, value };
}

/**
 * Lists the arguments that depend on the options, by their position.
 *
 * @param suffix what follows the name of a Service in its host name; with a dot at the end, which makes it a full name that
 * proxies' exception lists understand
 * @param set ending of the names of this set of controllers. Default: empty
 */
export function listArgs(
  name: string,
  components: readonly string[],
  options: RenderOptions,
  suffix: string,
  set = '',
): [index: number, value: string][] {
  const watchesAll = options.watchAllNamespaces && options.rbac !== 'namespaced';
  const general = [`--watch-all-namespaces=${watchesAll}`, `--log-level=${options.logLevel}`];
  const address = components.includes('notification-controller') ? `http://notification-controller${set}.${suffix}/` : '';
  const leading = name === 'notification-controller' ? general : [`--events-addr=${address}`, ...general];
  const args = leading.map((value, index): [number, string] => [index, value]);
  if (name === 'source-controller' || name === 'source-watcher') args.push([6, `--storage-adv-addr=${name}${set}.${suffix}`]);
  return args;
}
