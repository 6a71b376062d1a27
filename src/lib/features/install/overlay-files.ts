import { APP_LABEL } from '../../core/flux.ts';
import { formatJson, type JsonObject } from '../../core/json.ts';
import { listLockdownArgs } from './lockdown.ts';
import { type RenderOptions, selectComponents, versionOf } from './options.ts';
import { renderAdmission } from './overlay-admission.ts';
import { ARGS, KUSTOMIZATION, listArgs, replaceArg } from './overlay-parts.ts';
import { renderRoles } from './overlay-roles.ts';
import { renderShards } from './overlay-shards.ts';

/** Folder of the overlay, beside the folders of the bases. */
export const OVERLAY = '/install';

/**
 * Writes the kustomize overlay that turns the bases of `manifests/` into what was asked for. The files are JSON, which is YAML.
 *
 * What other namespaces get, and kinds without namespace that kustomize does not know as such, lie beside what the
 * installation's own namespace has, since a kustomization puts all that is in it into one.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/manifestgen/install/templates.go, manifests.go (what is set where); the form is ours
 * Differs: the subjects' namespace is set by a replacement rather than by replacing text
 *
 * @returns contents by absolute path
 */
export function renderOverlay(options: RenderOptions): Record<string, string> {
  const { namespace } = options;
  const components = selectComponents(options);
  const roles = renderRoles(options, components);
  const admission = renderAdmission(options);
  const shards = renderShards(options, components);
  const own: JsonObject = {
    namespace,
    resources: [
      '../namespace',
      ...(options.networkPolicy ? ['../policies'] : []),
      ...roles.folders,
      ...components.map((name) => `../controllers/${name}`),
    ],
    patches: components.map((name) => patchArgs(name, components, options)),
  };
  const common: JsonObject = {
    labels: [
      {
        pairs: { [APP_LABEL.instance]: namespace, [APP_LABEL.version]: versionOf(options), [APP_LABEL.partOf]: 'flux' },
        includeTemplates: true,
      },
    ],
    images:
      options.registry === ''
        ? []
        : components.map((name) => ({ name: `fluxcd/${name}`, newName: `${options.registry}/${name}` })),
    replacements: [
      {
        source: { kind: 'Namespace', fieldPath: 'metadata.name' },
        targets: [...new Set([...roles.bindings, ...shards.bindings])].map((kind) => ({
          select: { kind },
          fieldPaths: ['subjects.*.namespace'],
        })),
      },
      ...admission.replacements,
    ],
    sortOptions: { order: 'fifo' },
  };
  const pods = patchPods(options);
  const files: Record<string, JsonObject> = { ...roles.files, ...admission.files, ...shards.files };
  const beside = [...shards.folders, ...admission.folders];
  if (beside.length === 0) {
    files['kustomization.yaml'] = {
      ...KUSTOMIZATION,
      ...own,
      ...common,
      patches: [...(own['patches'] as JsonObject[]), ...pods],
    };
  } else {
    files['system/kustomization.yaml'] = { ...KUSTOMIZATION, ...moveDown(own), sortOptions: { order: 'fifo' } };
    files['kustomization.yaml'] = { ...KUSTOMIZATION, ...common, resources: ['system', ...beside], patches: pods };
  }
  return Object.fromEntries(Object.entries(files).map(([path, value]) => [`${OVERLAY}/${path}`, formatJson(value)]));
}

/** The same, one folder further down. */
function moveDown(kustomization: JsonObject): JsonObject {
  return { ...kustomization, resources: (kustomization['resources'] as string[]).map((path) => `../${path}`) };
}

/** The arguments that depend on the options; the positions are upstream's, which users' own patches count on. */
function patchArgs(name: string, components: readonly string[], options: RenderOptions): JsonObject {
  const { clusterDomain } = options;
  const suffix = `$(RUNTIME_NAMESPACE).svc.${clusterDomain}.`;
  const operations = listArgs(name, components, options, suffix).map(([index, value]) => replaceArg(index, value));
  for (const value of listLockdownArgs(name, options, components)) operations.push({ op: 'add', path: `${ARGS}/-`, value });
  return { target: { kind: 'Deployment', name }, patch: formatJson(operations) };
}

/** Pull secret and tolerations of all pods. */
function patchPods({ imagePullSecret, tolerationKeys }: RenderOptions): JsonObject[] {
  const operations: JsonObject[] = [];
  if (imagePullSecret !== '') {
    operations.push({ op: 'add', path: '/spec/template/spec/imagePullSecrets', value: [{ name: imagePullSecret }] });
  }
  if (tolerationKeys.length > 0) {
    const value = tolerationKeys.map((key) => ({ key, operator: 'Exists' }));
    operations.push({ op: 'add', path: '/spec/template/spec/tolerations', value });
  }
  return operations.length === 0 ? [] : [{ target: { kind: 'Deployment' }, patch: formatJson(operations) }];
}
