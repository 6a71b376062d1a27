import type { Context, Loader } from './context.ts';
import { completeFieldSpec } from './field-spec.ts';
import { mergeSpecs } from './field-specs.ts';
import type { Document } from './read-kustomization.ts';
import { imageStage } from './stage-images.ts';
import { metadataStage } from './stage-metadata.ts';
import { prefixStage, suffixStage } from './stage-names.ts';
import { namespaceStage } from './stage-namespace.ts';
import { json6902Stage, strategicStage } from './stage-old-patches.ts';
import { patchStage } from './stage-patches.ts';
import { replacementStage } from './stage-replacements.ts';
import { replicaStage } from './stage-replicas.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec, FieldSpecs, LabelEntry } from './types.ts';

/**
 * The stages that the fields of a kustomization stand for, in the order in which they always run.
 *
 * What the fields name is read here, before the first stage runs.
 *
 * @returns each with the name of kustomize's plugin for it
 */
export function builtInStages(
  context: Context,
  loader: Loader,
  document: Document,
  specs: FieldSpecs,
): [plugin: string, stage: Stage][] {
  const { kustomization: own, file } = document;
  const { findRules } = context;
  const stages: [string, Stage][] = [];
  const add = (plugin: string, stage: Stage): void => {
    stages.push([plugin, stage]);
  };
  if ((own.patchesStrategicMerge?.length ?? 0) > 0) {
    add('PatchStrategicMergeTransformer', strategicStage(context, loader, { paths: own.patchesStrategicMerge ?? [] }, file));
  }
  for (const patch of own.patches ?? []) add('PatchTransformer', patchStage(context, loader, patch, file));
  if (own.namespace !== undefined && own.namespace !== '') {
    add('NamespaceTransformer', namespaceStage({ namespace: own.namespace, fieldSpecs: specs.namespace, findRules }));
  }
  if (own.namePrefix !== undefined && own.namePrefix !== '')
    add('PrefixTransformer', prefixStage(own.namePrefix, specs.namePrefix));
  if (own.nameSuffix !== undefined && own.nameSuffix !== '')
    add('SuffixTransformer', suffixStage(own.nameSuffix, specs.nameSuffix));
  const { labels = [], commonLabels = {} } = own;
  for (const entry of labels)
    add('LabelTransformer', metadataStage(entry.pairs ?? {}, rulesOfLabels(context, entry, specs), findRules));
  if (labels.length > 0 || Object.keys(commonLabels).length > 0)
    add(
      'LabelTransformer',
      metadataStage(commonLabels, Object.keys(commonLabels).length > 0 ? specs.commonLabels : [], findRules),
    );
  if (Object.keys(own.commonAnnotations ?? {}).length > 0) {
    add('AnnotationsTransformer', metadataStage(own.commonAnnotations ?? {}, specs.commonAnnotations, findRules));
  }
  for (const { target, path = '', patch = '' } of own.patchesJson6902 ?? []) {
    add(
      'PatchJson6902Transformer',
      json6902Stage(context, loader, { ...(target === undefined ? {} : { target }), path, jsonOp: patch }, file),
    );
  }
  for (const replica of own.replicas ?? []) add('ReplicaCountTransformer', replicaStage(replica, specs.replicas));
  for (const image of own.images ?? []) add('ImageTagTransformer', imageStage(image, specs.images, findRules));
  if ((own.replacements?.length ?? 0) > 0)
    add('ReplacementTransformer', replacementStage(context, loader, own.replacements ?? []));
  return stages;
}

const METADATA_LABELS: FieldSpec = completeFieldSpec({ path: 'metadata/labels', create: true });

/** Uniting the lists takes time, and most entries include the same. */
function rulesOfLabels({ labelRules }: Context, entry: LabelEntry, specs: FieldSpecs): readonly FieldSpec[] {
  if ((entry.fields?.length ?? 0) > 0) return labelSpecs(entry, specs);
  let known = labelRules.get(specs);
  if (known === undefined) {
    known = new Map();
    labelRules.set(specs, known);
  }
  const key = `${entry.includeSelectors === true} ${entry.includeTemplates === true}`;
  let rules = known.get(key);
  if (rules === undefined) {
    rules = labelSpecs(entry, specs);
    known.set(key, rules);
  }
  return rules;
}

function labelSpecs({ fields = [], includeSelectors, includeTemplates }: LabelEntry, specs: FieldSpecs): FieldSpec[] {
  const own = mergeSpecs(fields.map(completeFieldSpec), specs.labels);
  if (includeSelectors === true) return mergeSpecs(own, specs.commonLabels);
  return mergeSpecs(includeTemplates === true ? mergeSpecs(own, specs.templateLabels) : own, [METADATA_LABELS]);
}
