import { FluxError } from '../../core/errors.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { Context, Loader } from './context.ts';
import { decode } from './decode.ts';
import { completeFieldSpec } from './field-spec.ts';
import { mergeFieldSpecs, NO_FIELD_SPECS } from './field-specs.ts';
import { CONFIGURATION_SHAPE } from './kustomization-shape.ts';
import { loadText } from './load.ts';
import type { FieldSpec, FieldSpecs, NameReference } from './types.ts';

type RawSpecs = Readonly<Record<string, readonly Partial<FieldSpec & { fieldSpecs: readonly Partial<FieldSpec>[] }>[]>>;

/**
 * Reads the rules of place in the files that `configurations` names.
 *
 * @throws {FluxError} kustomize/configuration: unknown field, wrong type, or rules that contradict each other
 */
export function readConfigurations(context: Context, loader: Loader, paths: readonly string[]): FieldSpecs {
  let specs = NO_FIELD_SPECS;
  for (const path of paths) {
    const fail = (message: string) => new FluxError('kustomize/configuration', message, { source: { file: path } });
    const value = parseYaml(loadText(context, loader, path), { file: path, schema: 'sigs' });
    const raw = (decode(value, CONFIGURATION_SHAPE, {
      strict: true,
      convert: true,
      what: `read configuration "${path}"`,
      fail,
    }) ?? {}) as RawSpecs;
    const read = (name: string): FieldSpec[] => (raw[name] ?? []).map(completeFieldSpec);
    specs = mergeFieldSpecs(specs, {
      namePrefix: read('namePrefix'),
      nameSuffix: read('nameSuffix'),
      namespace: read('namespace'),
      commonLabels: read('commonLabels'),
      labels: read('labels'),
      templateLabels: read('templateLabels'),
      commonAnnotations: read('commonAnnotations'),
      varReference: read('varReference'),
      images: read('images'),
      replicas: read('replicas'),
      nameReference: (raw['nameReference'] ?? []).map(
        ({ group = '', version = '', kind = '', fieldSpecs = [] }): NameReference => ({
          group,
          version,
          kind,
          fieldSpecs: fieldSpecs.map(completeFieldSpec),
        }),
      ),
    });
  }
  return specs;
}
