import type { K8sObject } from '../core/objects.ts';
import { emitYaml } from '../core/yaml/emit-yaml.ts';
import type { Output } from './output.ts';

/**
 * The output of a command that prints manifests: YAML documents, each after `---`, or one JSON object or List.
 *
 * @param after text behind the last document, for the commands of upstream that end in an empty line
 */
export function documents(objects: readonly K8sObject[], after = ''): Output {
  const [first, ...more] = objects;
  return {
    text: `${objects.map((object) => `---\n${emitYaml(object)}`).join('')}${after}`,
    data: more.length === 0 && first !== undefined ? first : { apiVersion: 'v1', kind: 'List', items: objects },
    names: objects.map((object) => `${object.kind.toLowerCase()}/${object.metadata.name}`),
    manifests: true,
  };
}
