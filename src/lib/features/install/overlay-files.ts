import { APP_LABEL } from '../../core/flux.ts';
import { formatJson, type JsonObject } from '../../core/json.ts';
import { type RenderOptions, selectComponents, versionOf } from './options.ts';

/** Folder of the overlay, beside the folders of the bases. */
export const OVERLAY = '/install';

const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;

/**
 * Writes the kustomize overlay that turns the bases of `manifests/` into what was asked for. The files are JSON, which is YAML.
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
  const root: JsonObject = {
    ...KUSTOMIZATION,
    namespace,
    resources: [
      '../namespace',
      ...(options.networkPolicy ? ['../policies'] : []),
      'rbac',
      ...components.map((name) => `../controllers/${name}`),
    ],
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
    patches: [...components.map((name) => patchArgs(name, components, options)), ...patchPods(options)],
    replacements: [
      {
        source: { kind: 'Namespace', fieldPath: 'metadata.name' },
        targets: [{ select: { kind: 'ClusterRoleBinding' }, fieldPaths: ['subjects.*.namespace'] }],
      },
    ],
    sortOptions: { order: 'fifo' },
  };
  const rbac: JsonObject = { ...KUSTOMIZATION, namespace, nameSuffix: `-${namespace}`, resources: ['../../rbac/standard'] };
  return {
    [`${OVERLAY}/kustomization.yaml`]: formatJson(root),
    [`${OVERLAY}/rbac/kustomization.yaml`]: formatJson(rbac),
  };
}

/** The arguments that depend on the options; the positions are upstream's, which users' own patches count on. */
function patchArgs(name: string, components: readonly string[], options: RenderOptions): JsonObject {
  const general = [`--watch-all-namespaces=${options.watchAllNamespaces}`, `--log-level=${options.logLevel}`];
  const leading =
    name === 'notification-controller' ? general : [`--events-addr=${eventsAddress(components, options)}`, ...general];
  const operations = leading.map((value, index) => replaceArg(index, value));
  if (name === 'source-controller' || name === 'source-watcher') {
    // The dot at the end makes it a full name, which proxies' exception lists understand.
    operations.push(replaceArg(6, `--storage-adv-addr=${name}.$(RUNTIME_NAMESPACE).svc.${options.clusterDomain}.`));
  }
  const consumes = name === 'kustomize-controller' || name === 'helm-controller';
  if (consumes && components.includes('source-watcher')) {
    operations.push({ op: 'add', path: `${ARGS}/-`, value: '--feature-gates=ExternalArtifact=true' });
  }
  return { target: { kind: 'Deployment', name }, patch: formatJson(operations) };
}

const ARGS = '/spec/template/spec/containers/0/args';

function replaceArg(index: number, value: string): JsonObject {
  return { op: 'replace', path: `${ARGS}/${index}`, value };
}

function eventsAddress(components: readonly string[], { clusterDomain }: RenderOptions): string {
  if (!components.includes('notification-controller')) return '';
  return `http://notification-controller.$(RUNTIME_NAMESPACE).svc.${clusterDomain}./`;
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
