import type { FileSystem } from '../../core/filesystem.ts';
import { APP_LABEL } from '../../core/flux.ts';
import { formatJson, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { layOver } from './overlay-filesystem.ts';
import { KUSTOMIZATION, patchOf } from './overlay-parts.ts';
import { PLATFORM_ACCOUNT } from './profiles.ts';
import { actAs, type OverlayFiles, renderNamespaceRoles, selectAppliers } from './overlay-roles.ts';

/** Whom to let into which namespace. */
export interface NamespaceAccessOptions {
  /** The namespace of the tenant. */
  readonly namespace: string;
  /** Accounts in it that kustomize- and helm-controller may act as. */
  readonly accounts: readonly string[];
  /** Where the controllers live. */
  readonly fluxNamespace: string;
  /** The controllers that are installed. */
  readonly components: readonly string[];
}

const FOLDER = '/namespace-access';

/**
 * Writes what the profile `least-privilege` needs in each namespace that is worked in: the controllers read Secrets and
 * ConfigMaps there by name, and act as the named accounts. An account more is a role more, so what others added stays.
 *
 * Effects: reads the manifests
 *
 * @param manifests the folder `manifests/` of this package
 * @returns Roles and RoleBindings, labelled as parts of the installation, so that they go when it goes
 */
export async function renderNamespaceAccess(options: NamespaceAccessOptions, manifests: FileSystem): Promise<K8sObject[]> {
  const { namespace, accounts, fluxNamespace, components } = options;
  const { build } = await import('../../engine/kustomize/index.ts');
  const names = [...new Set(accounts)];
  const files: OverlayFiles = {
    'kustomization.yaml': {
      ...KUSTOMIZATION,
      namespace,
      resources: ['reads', ...names.map((name) => `account-${name}`)],
      labels: [{ pairs: { [APP_LABEL.instance]: fluxNamespace, [APP_LABEL.partOf]: 'flux' } }],
      patches: moveSubjects(fluxNamespace, components),
    },
    'reads/kustomization.yaml': renderNamespaceRoles(['namespace'], {
      namespace,
      suffix: `-${fluxNamespace}`,
      components,
      up: '../..',
    }),
  };
  for (const name of names) {
    files[`account-${name}/kustomization.yaml`] = { ...actAs(name, selectAppliers(components), '../..'), namespace };
  }
  const overlay = Object.fromEntries(Object.entries(files).map(([path, value]) => [`${FOLDER}/${path}`, formatJson(value)]));
  return build(layOver(overlay, manifests), FOLDER);
}

/**
 * The bases bind accounts of `flux-system`. The account of the platform is added: the policies of `--multi-tenant` let nobody
 * name an account in a Kustomization who may not act as it.
 */
function moveSubjects(fluxNamespace: string, components: readonly string[]): JsonObject[] {
  const move = (index: number): JsonObject => ({ op: 'replace', path: `/subjects/${index}/namespace`, value: fluxNamespace });
  const acting = selectAppliers(components).map((_name, index) => move(index));
  const platform = { kind: 'ServiceAccount', name: PLATFORM_ACCOUNT, namespace: fluxNamespace };
  return [
    patchOf({ kind: 'RoleBinding', name: '.*-reads' }, [move(0)]),
    patchOf({ kind: 'RoleBinding', name: 'flux-acts-as' }, [...acting, { op: 'add', path: '/subjects/-', value: platform }]),
  ];
}
