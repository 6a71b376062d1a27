import { formatJson, type JsonObject } from '../../core/json.ts';
import { listLockdownArgs } from './lockdown.ts';
import type { RenderOptions } from './options.ts';
import { ARGS, KUSTOMIZATION, listArgs, patchOf, replaceArg } from './overlay-parts.ts';
import { actAsAny, type OverlayFiles, renderNamespaceRoles, selectAppliers } from './overlay-roles.ts';

/** Where the name of a pod's namespace is handed to a controller; it is the first variable of each. */
const RUNTIME_NAMESPACE = '/spec/template/spec/containers/0/env/0';

/** Services by the controller whose pods they lead to. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  'source-controller': ['source-controller'],
  'source-watcher': ['source-watcher'],
  'notification-controller': ['notification-controller', 'webhook-receiver'],
};

/** The sets of controllers for further namespaces. */
export interface ShardsOverlay {
  readonly files: OverlayFiles;
  /** Folders that the overlay lists. */
  readonly folders: readonly string[];
  /** Kinds of bindings, whose subjects are to be put into the namespace of the installation. */
  readonly bindings: readonly string[];
}

/**
 * Names the set of controllers that works for a namespace.
 *
 * @example shardName('kustomize-controller', 'apps') // 'kustomize-controller-apps'
 */
export function shardName(component: string, namespace: string): string {
  return `${component}-${namespace}`;
}

/**
 * Writes the part of the overlay for namespaces that are watched besides that of the installation.
 *
 * A controller watches either all namespaces or one. So each namespace has a set of its own, which lives beside the others,
 * where tenants cannot reach it, and whose accounts have rights in that one namespace. Their Leases would have the names of
 * those of the first set, so they run without; `Recreate` sees to it that there are never two.
 *
 * Effects: none
 */
export function renderShards(options: RenderOptions, components: readonly string[]): ShardsOverlay {
  const files: OverlayFiles = {};
  const folders: string[] = [];
  for (const watched of options.rbac === 'namespaced' ? options.watchNamespaces : []) {
    folders.push(`shards/${watched}`, `watched/${watched}`);
    files[`shards/${watched}/kustomization.yaml`] = makeSet(watched, options, components);
    const suffix = `-${options.namespace}`;
    const up = '../../../..';
    files[`watched/${watched}/roles/kustomization.yaml`] = {
      ...renderNamespaceRoles(['watch', 'namespace'], { namespace: watched, suffix, components, up }),
    };
    files[`watched/${watched}/account/kustomization.yaml`] = actAsAny(
      suffix,
      selectAppliers(components).map((name) => shardName(name, watched)),
      up,
    );
    files[`watched/${watched}/kustomization.yaml`] = {
      ...KUSTOMIZATION,
      namespace: watched,
      resources: ['roles', 'account'],
      patches: components.map((name) => renameSubject(name, watched)),
    };
  }
  return { files, folders, bindings: folders.length === 0 ? [] : ['RoleBinding'] };
}

function makeSet(watched: string, options: RenderOptions, components: readonly string[]): JsonObject {
  const { namespace, clusterDomain, networkPolicy } = options;
  const suffix = `${namespace}.svc.${clusterDomain}.`;
  const receives = components.includes('notification-controller');
  return {
    ...KUSTOMIZATION,
    namespace,
    nameSuffix: `-${watched}`,
    resources: [
      ...components.map((name) => `../../../controllers/${name}`),
      ...(receives && networkPolicy ? ['../../../policies/webhooks'] : []),
    ],
    patches: [
      // The definitions are those of the first set.
      { target: { kind: 'CustomResourceDefinition' }, patch: formatJson(DELETED) },
      ...components.flatMap((name) => {
        const app = shardName(name, watched);
        const args = listArgs(name, components, options, suffix, `-${watched}`).map(([index, value]) => replaceArg(index, value));
        const election = name === 'notification-controller' ? 3 : 4;
        const added = listLockdownArgs(name, options, components).map((value) => ({ op: 'add', path: `${ARGS}/-`, value }));
        return [
          patchOf({ kind: 'Deployment', name }, [
            ...args,
            replaceArg(election, '--enable-leader-election=false'),
            ...added,
            { op: 'replace', path: RUNTIME_NAMESPACE, value: { name: 'RUNTIME_NAMESPACE', value: watched } },
            { op: 'add', path: '/spec/strategy', value: { type: 'Recreate' } },
            { op: 'replace', path: '/spec/selector/matchLabels/app', value: app },
            { op: 'replace', path: '/spec/template/metadata/labels/app', value: app },
          ]),
          ...(SERVICES[name] ?? []).map((service) =>
            patchOf({ kind: 'Service', name: service }, [{ op: 'replace', path: '/spec/selector/app', value: app }]),
          ),
        ];
      }),
      ...(receives && networkPolicy
        ? [
            patchOf({ kind: 'NetworkPolicy' }, [
              { op: 'replace', path: '/spec/podSelector/matchLabels/app', value: shardName('notification-controller', watched) },
            ]),
          ]
        : []),
    ],
  };
}

/** A strategic merge patch has to name an object, and what it names is not looked at. */
const DELETED: JsonObject = { $patch: 'delete', apiVersion: 'v1', kind: 'Any', metadata: { name: 'any' } };

/** The bases bind the accounts of the first set. */
function renameSubject(component: string, watched: string): JsonObject {
  return patchOf({ kind: 'RoleBinding', name: `${component}(-reads)?` }, [
    { op: 'replace', path: '/subjects/0/name', value: shardName(component, watched) },
  ]);
}
