import { APP_LABEL } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readList, readText } from '../../core/read-object.ts';
import { CONTROLLER_PROFILES } from './controller-needs.ts';
import { listOf } from './grants.ts';
import type { Snapshot } from './types.ts';

/** A controller of Flux as it is deployed. */
export interface Controller {
  readonly name: string;
  readonly object: K8sObject;
  readonly podSpec: JsonObject;
  readonly containers: readonly JsonObject[];
  readonly version: string;
  /** Arguments of the manager, by flag; a flag alone is `true`. */
  readonly flags: ReadonlyMap<string, string>;
}

/**
 * Finds the controllers among the Deployments: by name where the cluster has them under Flux's own, or by the label that says
 * which one it is (shards have other names).
 *
 * Effects: none
 */
export function listControllers(snapshot: Snapshot): Controller[] {
  return listOf(snapshot, 'deployments').flatMap((object) => {
    const { labels = {}, name: given } = object.metadata;
    const component = labels[APP_LABEL.component] ?? given;
    const name = Object.hasOwn(CONTROLLER_PROFILES, component) ? component : given;
    if (!Object.hasOwn(CONTROLLER_PROFILES, name)) return [];
    const spec = isJsonObject(object['spec']) ? object['spec'] : {};
    const template = isJsonObject(spec['template']) ? spec['template'] : {};
    const podSpec = isJsonObject(template['spec']) ? template['spec'] : {};
    const containers = readList(podSpec, 'containers').filter(isJsonObject);
    const manager = containers.find((container) => container['name'] === 'manager') ?? containers[0] ?? {};
    return [{ name, object, podSpec, containers, version: labels[APP_LABEL.version] ?? '', flags: readFlags(manager) }];
  });
}

/** The value of a switch; a flag that is not there is off. */
export function isOn({ flags }: Controller, name: string): boolean {
  return ['true', '1', 't'].includes((flags.get(name) ?? 'false').toLowerCase());
}

/** Tells whether all of the controllers with a name that are there have a flag set to something. */
export function hasFlag(controllers: readonly Controller[], name: string, flag: string): boolean {
  const fitting = controllers.filter((controller) => controller.name === name);
  return fitting.length > 0 && fitting.every(({ flags }) => (flags.get(flag) ?? '') !== '');
}

/** The command that adds a flag to a controller. */
export function addFlag({ object }: Controller, flag: string): string {
  const patch = JSON.stringify([{ op: 'add', path: '/spec/template/spec/containers/0/args/-', value: flag }]);
  return `kubectl -n ${object.metadata.namespace ?? ''} patch deployment ${object.metadata.name} --type=json -p '${patch}'`;
}

/** The image of a container. */
export function imageOf(container: JsonObject): string {
  return readText(container, 'image');
}

function readFlags(container: JsonObject): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  const args = readList(container, 'args').filter((arg) => typeof arg === 'string');
  for (const [index, arg] of args.entries()) {
    const found = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(arg);
    if (found?.[1] === undefined) continue;
    const next = args[index + 1];
    flags.set(found[1], found[2] ?? (next === undefined || next.startsWith('-') ? 'true' : next));
  }
  return flags;
}
