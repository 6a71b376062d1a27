import { FluxError } from '../../core/errors.ts';
import { member } from './node.ts';
import { metaMap, sourceOf } from './resource.ts';
import type { Resource } from './resource.ts';

const PREFIX = 'internal.config.kubernetes.io/';

/** Annotation on what a Helm chart generated, whose namespace stays. */
export const HELM_GENERATED = 'internal.config.kubernetes.io/helm-generated';

/** Annotations that the original keeps its notes in; they never get out, not even a user's own. */
export const INTERNAL_ANNOTATIONS: readonly string[] = [
  ...[
    'previousKinds',
    'previousNames',
    'prefixes',
    'suffixes',
    'previousNamespaces',
    'allowNameChange',
    'allowKindChange',
    'refBy',
    'generatorBehavior',
    'needsHashSuffix',
    'path',
    'index',
    'seqindent',
    'id',
    'annotations-migration-resource-id',
    'helm-generated',
  ].map((name) => PREFIX + name),
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
];

/**
 * Takes over what such annotations say about a resource's past.
 *
 * @throws {FluxError} kustomize/invalid-resource: they contradict each other
 */
export function readInternalAnnotations(resource: Resource): void {
  const { node } = resource;
  const meta = node === undefined ? undefined : member(node, 'metadata');
  if (node === undefined || meta === undefined) return;
  const annotations = metaMap(node, 'annotations');
  if (annotations.size === 0) return;
  const list = (name: string): string[] | undefined => annotations.get(PREFIX + name)?.split(',');
  const names = list('previousNames');
  if (names !== undefined) {
    const namespaces = list('previousNamespaces') ?? [''];
    const kinds = list('previousKinds') ?? [''];
    if (names.length !== namespaces.length || names.length !== kinds.length) {
      const source = sourceOf(resource);
      throw new FluxError(
        'kustomize/invalid-resource',
        'read resource: number of previous names, number of previous namespaces, number of previous kinds not equal',
        source === undefined ? {} : { source },
      );
    }
    resource.earlier = names.map((name, at) => ({ name, namespace: namespaces[at] ?? '', kind: kinds[at] ?? '' }));
  }
  resource.prefixes = list('prefixes') ?? [];
  resource.suffixes = list('suffixes') ?? [];
  resource.needsHash = annotations.get(`${PREFIX}needsHashSuffix`) === 'enabled';
  resource.allowNameChange = annotations.get(`${PREFIX}allowNameChange`) === 'enabled';
  resource.allowKindChange = annotations.get(`${PREFIX}allowKindChange`) === 'enabled';
}

/** Tells whether an annotation is one of the notes that a patch must not change. */
export function isInternalAnnotation(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The notes about a resource's past as the original has them in annotations. */
export function internalAnnotations({
  earlier,
  prefixes,
  suffixes,
  allowNameChange,
  allowKindChange,
  needsHash,
}: Resource): Record<string, string> {
  const notes: Record<string, string> = {};
  const add = (name: string, texts: readonly string[]) => {
    if (texts.length > 0) notes[PREFIX + name] = texts.join(',');
  };
  add(
    'previousKinds',
    earlier.map(({ kind }) => kind),
  );
  add(
    'previousNames',
    earlier.map(({ name }) => name),
  );
  add(
    'previousNamespaces',
    earlier.map(({ namespace }) => namespace),
  );
  add('prefixes', prefixes);
  add('suffixes', suffixes);
  add('allowNameChange', allowNameChange ? ['enabled'] : []);
  add('allowKindChange', allowKindChange ? ['enabled'] : []);
  add('needsHashSuffix', needsHash ? ['enabled'] : []);
  return notes;
}
