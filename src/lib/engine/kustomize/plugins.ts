import { FluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Context, Loader } from './context.ts';
import { decode } from './decode.ts';
import { completeFieldSpec } from './field-spec.ts';
import { generate } from './generate-data.ts';
import { hashStage } from './hash-names.ts';
import { formatGvk, formatId } from './ids.ts';
import { PLUGIN_SHAPES } from './kustomization-shape.ts';
import type { Origin } from './origin.ts';
import { currentId, gvkOfNode, makeResource, sourceOf, subjectOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { imageStage } from './stage-images.ts';
import { metadataStage } from './stage-metadata.ts';
import { prefixStage, suffixStage } from './stage-names.ts';
import { namespaceStage } from './stage-namespace.ts';
import { json6902Stage, strategicStage } from './stage-old-patches.ts';
import type { Json6902Settings, StrategicSettings } from './stage-old-patches.ts';
import { patchStage } from './stage-patches.ts';
import { replacementStage } from './stage-replacements.ts';
import { replicaStage } from './stage-replicas.ts';
import { valueAddStage } from './stage-value-add.ts';
import type { ValueAddSettings } from './stage-value-add.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec, GeneratorArgs, ImageChange, Patch, Replacement } from './types.ts';
import { toObject } from './write-resources.ts';

/** Makes what a built-in generator generates. */
export type Generator = () => Resource[];

/** The decoded configuration of a plugin. */
type Settings = Readonly<Record<string, unknown>> & {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
};

/** What makes a stage from a configuration. */
type StageMaker = (context: Context, loader: Loader, settings: Settings, file: string) => Stage;

function specs(settings: Settings): FieldSpec[] {
  return ((settings['fieldSpecs'] ?? []) as Partial<FieldSpec>[]).map(completeFieldSpec);
}

function demandSpecs(settings: Settings): FieldSpec[] {
  if (settings['fieldSpecs'] === undefined)
    throw new FluxError('kustomize/plugin', 'configure plugin: fieldSpecs is not expected to be nil');
  return specs(settings);
}

const TRANSFORMERS: Readonly<Record<string, StageMaker>> = {
  AnnotationsTransformer: (_context, _loader, settings) =>
    metadataStage((settings['annotations'] ?? {}) as Record<string, string>, specs(settings)),
  HashTransformer: () => hashStage,
  ImageTagTransformer: (_context, _loader, settings) => imageStage((settings['imageTag'] ?? {}) as ImageChange, specs(settings)),
  LabelTransformer: (_context, _loader, settings) =>
    metadataStage((settings['labels'] ?? {}) as Record<string, string>, specs(settings)),
  NamespaceTransformer: (_context, _loader, settings) =>
    namespaceStage({
      namespace: settings.metadata?.namespace ?? '',
      fieldSpecs: specs(settings),
      unsetOnly: settings['unsetOnly'] === true,
      setRoleBindingSubjects: (settings['setRoleBindingSubjects'] ?? '') as string,
    }),
  PatchJson6902Transformer: (context, loader, settings, file) =>
    json6902Stage(context, loader, settings as Json6902Settings, file),
  PatchStrategicMergeTransformer: (context, loader, settings, file) =>
    strategicStage(context, loader, settings as StrategicSettings, file),
  PatchTransformer: (context, loader, settings, file) => patchStage(context, loader, settings as Patch, file),
  PrefixTransformer: (_context, _loader, settings) => prefixStage((settings['prefix'] ?? '') as string, demandSpecs(settings)),
  SuffixTransformer: (_context, _loader, settings) => suffixStage((settings['suffix'] ?? '') as string, demandSpecs(settings)),
  PrefixSuffixTransformer: (_context, _loader, settings) => {
    const prefix = prefixStage((settings['prefix'] ?? '') as string, demandSpecs(settings));
    const suffix = suffixStage((settings['suffix'] ?? '') as string, demandSpecs(settings));
    return (set) => {
      prefix(set);
      suffix(set);
    };
  },
  ReplacementTransformer: (context, loader, settings) =>
    replacementStage(context, loader, (settings['replacements'] ?? []) as Replacement[]),
  ReplicaCountTransformer: (_context, _loader, settings) =>
    replicaStage((settings['replica'] ?? {}) as { name?: string }, specs(settings)),
  ValueAddTransformer: (context, loader, settings) => valueAddStage(context, loader, settings as ValueAddSettings),
};

/**
 * Makes the stage that a resource in `transformers` or `validators` configures.
 *
 * @throws {FluxError} kustomize/plugin: not a built-in transformer; nothing else is ever run
 */
export function configureTransformer(context: Context, loader: Loader, resource: Resource): Stage {
  const { kind, settings, file } = readSettings(resource);
  const make = Object.hasOwn(TRANSFORMERS, kind) ? TRANSFORMERS[kind] : undefined;
  if (make === undefined) throw pluginError(resource, `plugin ${formatId(currentId(resource))} not a transformer`);
  try {
    return make(context, loader, settings, file);
  } catch (error) {
    throw failedConfiguration(error, resource);
  }
}

/**
 * Makes the generator that a resource in `generators` configures.
 *
 * @throws {FluxError} kustomize/plugin: not a built-in generator; nothing else is ever run
 */
export function configureGenerator(context: Context, loader: Loader, resource: Resource): Generator {
  const { kind, settings, file } = readSettings(resource);
  switch (kind) {
    case 'ConfigMapGenerator':
    case 'SecretGenerator': {
      const { metadata, ...args } = settings as Settings & GeneratorArgs;
      const name = args.name === undefined || args.name === '' ? (metadata?.name ?? '') : args.name;
      const namespace = args.namespace === undefined || args.namespace === '' ? (metadata?.namespace ?? '') : args.namespace;
      return () => [
        generate(context, loader, kind === 'SecretGenerator' ? 'Secret' : 'ConfigMap', { ...args, name, namespace }, file),
      ];
    }
    case 'IAMPolicyGenerator':
      return () => [generateServiceAccount(settings, file)];
    case 'HelmChartInflationGenerator':
      throw helmRefused(file);
    default:
      throw pluginError(resource, `plugin ${formatId(currentId(resource))} not a generator`);
  }
}

/** Helm charts are never inflated here. */
export function helmRefused(file: string, chart = ''): FluxError {
  return new FluxError(
    'kustomize/helm',
    `inflate helmCharts${chart === '' ? '' : ` (chart "${chart}")`}: must specify --enable-helm, which is not available: helm charts are not inflated`,
    {
      source: { file },
      hint: 'install the chart with a HelmRelease, or commit what "helm template" prints',
    },
  );
}

/** The origin of what a plugin makes or changes. */
export function originOfPlugin({ origin, node }: Resource): Origin | undefined {
  if (origin === undefined || node === undefined) return undefined;
  const { group, version, kind } = gvkOfNode(node);
  const { name, namespace } = currentId(makeResource(node));
  const { repo, ref, path } = origin;
  return {
    ...(repo === undefined ? {} : { repo }),
    ...(ref === undefined ? {} : { ref }),
    ...(path === undefined ? {} : { configuredIn: path }),
    configuredBy: {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
    },
  };
}

function readSettings(resource: Resource): { kind: string; settings: Settings; file: string } {
  const gvk = gvkOfNode(resource.node ?? {});
  const { kind } = gvk;
  if (gvk.group !== '' || gvk.version !== 'builtin') {
    throw pluginError(resource, `external plugins disabled; unable to load external plugin '${kind}'`);
  }
  const shape = Object.hasOwn(PLUGIN_SHAPES, kind) ? PLUGIN_SHAPES[kind] : undefined;
  if (shape === undefined) throw pluginError(resource, `unable to load builtin ${formatGvk(gvk)}`);
  const file = resource.file ?? '';
  const what = `configure plugin ${formatId(currentId(resource))}`;
  const object: JsonObject = toObject(resource);
  const fail = (message: string) => pluginError(resource, message);
  const settings = (isJsonObject(object) ? decode(object, shape, { strict: false, convert: true, what, fail }) : {}) as Settings;
  return { kind, settings, file };
}

function pluginError(resource: Resource, message: string): FluxError {
  const source = sourceOf(resource);
  const subject = subjectOf(resource);
  return new FluxError('kustomize/plugin', message, {
    ...(source === undefined ? {} : { source }),
    ...(subject === undefined ? {} : { subject }),
    hint: 'only the transformers and generators that are built in can be used; no programs and containers are run',
  });
}

function failedConfiguration(error: unknown, resource: Resource): unknown {
  if (!(error instanceof FluxError)) return error;
  const source = error.source?.file === undefined || error.source.file === '' ? sourceOf(resource) : error.source;
  return new FluxError(error.code, `plugin ${formatId(currentId(resource))} fails configuration: ${error.message}`, {
    ...(source === undefined ? {} : { source }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

function generateServiceAccount(settings: Settings, file: string): Resource {
  const { cloud, kubernetesService, serviceAccount } = settings as {
    cloud?: string;
    kubernetesService?: { name?: string; namespace?: string };
    serviceAccount?: { name?: string; projectId?: string };
  };
  if (cloud !== 'gke')
    throw new FluxError('kustomize/plugin', `generate IAM policy: cloud provider ${cloud ?? ''} not supported yet`, {
      source: { file },
    });
  const namespace = kubernetesService?.namespace ?? '';
  return makeResource(
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        annotations: {
          'iam.gke.io/gcp-service-account': `${serviceAccount?.name ?? ''}@${serviceAccount?.projectId ?? ''}.iam.gserviceaccount.com`,
        },
        name: kubernetesService?.name ?? '',
        ...(namespace === '' ? {} : { namespace }),
      },
    },
    { file },
  );
}
