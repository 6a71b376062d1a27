import type { Shape } from './decode.ts';

const STRINGS: Shape = { list: 'string' };
const STRING_MAP: Shape = { map: 'string' };

/** A set of named fields. */
type Fields = Exclude<Shape, string> & { readonly fields: Readonly<Record<string, Shape>> };

/** Fields of a rule of place. */
export const FIELD_SPEC_SHAPE: Fields = {
  name: 'FieldSpec',
  fields: { group: 'string', version: 'string', kind: 'string', path: 'string', create: 'bool' },
};

const FIELD_SPECS: Shape = { list: FIELD_SPEC_SHAPE };

const SELECTOR_FIELDS: Readonly<Record<string, Shape>> = {
  group: 'string',
  version: 'string',
  kind: 'string',
  name: 'string',
  namespace: 'string',
  annotationSelector: 'string',
  labelSelector: 'string',
};

/** Fields of a selector. */
export const SELECTOR_SHAPE: Fields = { name: 'Selector', fields: SELECTOR_FIELDS };

/** Fields of a patch. */
export const PATCH_SHAPE: Fields = {
  name: 'Patch',
  fields: {
    path: 'string',
    patch: 'string',
    target: SELECTOR_SHAPE,
    options: { name: 'PatchArgs', fields: { allowNameChange: 'bool', allowKindChange: 'bool' } },
  },
};

/** Fields of an image change. */
export const IMAGE_SHAPE: Fields = {
  name: 'Image',
  fields: { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' },
};

const GENERATOR_OPTIONS: Fields = {
  name: 'GeneratorOptions',
  fields: { labels: STRING_MAP, annotations: STRING_MAP, disableNameSuffixHash: 'bool', immutable: 'bool' },
};

const GENERATOR_FIELDS: Readonly<Record<string, Shape>> = {
  namespace: 'string',
  name: 'string',
  behavior: 'string',
  literals: STRINGS,
  files: STRINGS,
  envs: STRINGS,
  env: 'string',
  options: GENERATOR_OPTIONS,
};

/** Fields of a ConfigMap generator. */
export const CONFIG_MAP_ARGS_SHAPE: Fields = { name: 'ConfigMapArgs', fields: GENERATOR_FIELDS };

/** Fields of a Secret generator. */
export const SECRET_ARGS_SHAPE: Fields = { name: 'SecretArgs', fields: { ...GENERATOR_FIELDS, type: 'string' } };

const FIELD_OPTIONS: Fields = {
  name: 'FieldOptions',
  fields: { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' },
};

/** Fields of a replacement. */
export const REPLACEMENT_SHAPE: Fields = {
  name: 'ReplacementField',
  fields: {
    path: 'string',
    source: { name: 'SourceSelector', fields: { ...SELECTOR_FIELDS, fieldPath: 'string', options: FIELD_OPTIONS } },
    sourceValue: 'string',
    targets: {
      list: {
        name: 'TargetSelector',
        fields: { select: SELECTOR_SHAPE, reject: { list: SELECTOR_SHAPE }, fieldPaths: STRINGS, options: FIELD_OPTIONS },
      },
    },
  },
};

/** Fields of a replica count. */
export const REPLICA_SHAPE: Fields = { name: 'Replica', fields: { name: 'string', count: 'int' } };

const TARGET_FIELDS: Readonly<Record<string, Shape>> = {
  apiVersion: 'string',
  group: 'string',
  version: 'string',
  kind: 'string',
  name: 'string',
  namespace: 'string',
};

const OBJECT_META: Fields = {
  name: 'ObjectMeta',
  fields: { name: 'string', namespace: 'string', labels: STRING_MAP, annotations: STRING_MAP },
};

const HELM_CHART: Fields = {
  name: 'HelmChart',
  fields: {
    name: 'string',
    version: 'string',
    repo: 'string',
    releaseName: 'string',
    namespace: 'string',
    additionalValuesFiles: STRINGS,
    valuesFile: 'string',
    valuesInline: { map: 'any' },
    valuesMerge: 'string',
    includeCRDs: 'bool',
    skipHooks: 'bool',
    apiVersions: STRINGS,
    kubeVersion: 'string',
    nameTemplate: 'string',
    skipTests: 'bool',
    debug: 'bool',
    devel: 'bool',
  },
};

const HELM_CHART_ARGS: Fields = {
  name: 'HelmChartArgs',
  fields: {
    chartName: 'string',
    chartVersion: 'string',
    chartRepoUrl: 'string',
    chartHome: 'string',
    chartRepoName: 'string',
    helmBin: 'string',
    helmHome: 'string',
    values: 'string',
    valuesLocal: { map: 'any' },
    valuesMerge: 'string',
    releaseName: 'string',
    releaseNamespace: 'string',
    extraArgs: STRINGS,
  },
};

/** Fields of a kustomization file. */
export const KUSTOMIZATION_SHAPE: Fields = {
  name: 'Kustomization',
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: OBJECT_META,
    openapi: STRING_MAP,
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    commonLabels: STRING_MAP,
    labels: {
      list: {
        name: 'Label',
        fields: { pairs: STRING_MAP, includeSelectors: 'bool', includeTemplates: 'bool', fields: FIELD_SPECS },
      },
    },
    commonAnnotations: STRING_MAP,
    patchesStrategicMerge: STRINGS,
    patchesJson6902: { list: PATCH_SHAPE },
    patches: { list: PATCH_SHAPE },
    images: { list: IMAGE_SHAPE },
    imageTags: { list: IMAGE_SHAPE },
    replacements: { list: REPLACEMENT_SHAPE },
    replicas: { list: REPLICA_SHAPE },
    vars: {
      list: {
        name: 'Var',
        fields: {
          name: 'string',
          objref: { name: 'Target', fields: TARGET_FIELDS },
          fieldref: { name: 'FieldSelector', fields: { fieldPath: 'string' } },
        },
      },
    },
    sortOptions: {
      name: 'SortOptions',
      fields: {
        order: 'string',
        legacySortOptions: { name: 'LegacySortOptions', fields: { orderFirst: STRINGS, orderLast: STRINGS } },
      },
    },
    resources: STRINGS,
    components: STRINGS,
    crds: STRINGS,
    bases: STRINGS,
    configMapGenerator: { list: CONFIG_MAP_ARGS_SHAPE },
    secretGenerator: { list: SECRET_ARGS_SHAPE },
    helmGlobals: { name: 'HelmGlobals', fields: { chartHome: 'string', configHome: 'string' } },
    helmCharts: { list: HELM_CHART },
    helmChartInflationGenerator: { list: HELM_CHART_ARGS },
    generatorOptions: GENERATOR_OPTIONS,
    configurations: STRINGS,
    generators: STRINGS,
    transformers: STRINGS,
    validators: STRINGS,
    buildMetadata: STRINGS,
  },
};

const NAMED_FIELD_SPECS: Shape = {
  list: {
    name: 'NameBackReferences',
    fields: { group: 'string', version: 'string', kind: 'string', fieldSpecs: FIELD_SPECS },
  },
};

/** Fields of a file named in `configurations`. */
export const CONFIGURATION_SHAPE: Fields = {
  name: 'TransformerConfig',
  fields: {
    namePrefix: FIELD_SPECS,
    nameSuffix: FIELD_SPECS,
    namespace: FIELD_SPECS,
    commonLabels: FIELD_SPECS,
    labels: FIELD_SPECS,
    templateLabels: FIELD_SPECS,
    commonAnnotations: FIELD_SPECS,
    nameReference: NAMED_FIELD_SPECS,
    varReference: FIELD_SPECS,
    images: FIELD_SPECS,
    replicas: FIELD_SPECS,
  },
};

/** Fields of the configurations of built-in plugins, by kind. Unknown fields are ignored there. */
export const PLUGIN_SHAPES: Readonly<Record<string, Fields>> = {
  AnnotationsTransformer: { name: 'AnnotationsTransformer', fields: { annotations: STRING_MAP, fieldSpecs: FIELD_SPECS } },
  ConfigMapGenerator: { name: 'ConfigMapGenerator', fields: { ...GENERATOR_FIELDS, metadata: OBJECT_META } },
  SecretGenerator: { name: 'SecretGenerator', fields: { ...GENERATOR_FIELDS, type: 'string', metadata: OBJECT_META } },
  HashTransformer: { name: 'HashTransformer', fields: {} },
  IAMPolicyGenerator: {
    name: 'IAMPolicyGenerator',
    fields: {
      cloud: 'string',
      kubernetesService: { name: 'KubernetesService', fields: { namespace: 'string', name: 'string' } },
      serviceAccount: { name: 'ServiceAccount', fields: { name: 'string', projectId: 'string' } },
    },
  },
  ImageTagTransformer: { name: 'ImageTagTransformer', fields: { imageTag: IMAGE_SHAPE, fieldSpecs: FIELD_SPECS } },
  LabelTransformer: { name: 'LabelTransformer', fields: { labels: STRING_MAP, fieldSpecs: FIELD_SPECS } },
  NamespaceTransformer: {
    name: 'NamespaceTransformer',
    fields: { metadata: OBJECT_META, fieldSpecs: FIELD_SPECS, unsetOnly: 'bool', setRoleBindingSubjects: 'string' },
  },
  PatchJson6902Transformer: {
    name: 'PatchJson6902Transformer',
    fields: { target: SELECTOR_SHAPE, path: 'string', jsonOp: 'string' },
  },
  PatchStrategicMergeTransformer: {
    name: 'PatchStrategicMergeTransformer',
    fields: { paths: STRINGS, patches: 'string' },
  },
  PatchTransformer: PATCH_SHAPE,
  PrefixTransformer: { name: 'PrefixTransformer', fields: { prefix: 'string', fieldSpecs: FIELD_SPECS } },
  SuffixTransformer: { name: 'SuffixTransformer', fields: { suffix: 'string', fieldSpecs: FIELD_SPECS } },
  PrefixSuffixTransformer: {
    name: 'PrefixSuffixTransformer',
    fields: { prefix: 'string', suffix: 'string', fieldSpecs: FIELD_SPECS },
  },
  ReplacementTransformer: { name: 'ReplacementTransformer', fields: { replacements: { list: REPLACEMENT_SHAPE } } },
  ReplicaCountTransformer: { name: 'ReplicaCountTransformer', fields: { replica: REPLICA_SHAPE, fieldSpecs: FIELD_SPECS } },
  ValueAddTransformer: {
    name: 'ValueAddTransformer',
    fields: {
      value: 'string',
      targets: {
        list: { name: 'Target', fields: { selector: SELECTOR_SHAPE, fieldPath: 'string', filePathPosition: 'int' } },
      },
      targetFilePath: 'string',
    },
  },
  HelmChartInflationGenerator: { name: 'HelmChartInflationGenerator', fields: { name: 'string' } },
};
