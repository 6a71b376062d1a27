import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { formatJson } from '../../core/json.ts';
import { isK8sObject } from '../../core/objects.ts';
import type { K8sObject } from '../../core/objects.ts';
import { buildRoot, openRoot } from './build.ts';
import { generate } from './generate-root.ts';
import type { FluxBuildSpec, GenerateOptions } from './generate-root.ts';
import type { BuildOptions } from './types.ts';

/**
 * Builds what a Flux Kustomization builds: a kustomization is generated where the folder has none, the fields of the spec are
 * laid over it, and the result is built with the options that the controller uses. Nothing is written.
 *
 * Effects: reads the file system
 * Source: fluxcd/pkg kustomize/kustomize_generator.go, SecureBuild
 *
 * @param fs the source; nothing outside it can be reached
 * @throws {FluxError} as `generate` and `build`; kustomize/invalid-output: an object has no apiVersion, kind or name
 */
export function buildFlux(fs: FileSystem, spec: FluxBuildSpec, options: BuildOptions & GenerateOptions = {}): K8sObject[] {
  const all: BuildOptions = { reorder: 'none', loadRestrictor: 'none', keepBuiltInSchema: true, ...options };
  const root = generate(fs, spec.path ?? '', spec, options);
  const objects = buildRoot(openRoot(fs, spec.path ?? '', all), all, root);
  for (const object of objects) {
    if (isK8sObject(object) && object.apiVersion !== '' && object.kind !== '' && object.metadata.name !== '') continue;
    throw new FluxError(
      'kustomize/invalid-output',
      `failed to decode Kubernetes apiVersion, kind and name from: ${formatJson(object).slice(0, 200)}`,
    );
  }
  return objects;
}
