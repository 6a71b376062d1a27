import { isK8sObject, type K8sObject } from '../../core/objects.ts';
import { parseYamlDocuments } from '../../core/yaml/index.ts';

/**
 * Finds the definitions among the documents of files; what else there is is passed over.
 *
 * Effects: none
 *
 * @throws {FluxError} yaml/…
 */
export function readDefinitions(files: readonly { readonly path: string; readonly text: string }[]): K8sObject[] {
  return files.flatMap(({ path, text }) =>
    parseYamlDocuments(text, { file: path }).flatMap(({ value }) =>
      isK8sObject(value) && value.kind === 'CustomResourceDefinition' ? [value] : [],
    ),
  );
}
