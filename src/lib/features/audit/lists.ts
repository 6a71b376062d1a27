import { GROUP } from '../../core/flux.ts';
import type { ListName } from './types.ts';

/** Where to find what is read. */
export interface ListPlace {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  /** True where only Flux's own namespace is looked at. */
  readonly isFluxOnly?: boolean;
}

const RBAC = 'rbac.authorization.k8s.io';

/** What is read of a cluster, once each and all of it. */
export const LISTS: Readonly<Record<ListName, ListPlace>> = {
  clusterRoles: place(RBAC, 'clusterroles', 'ClusterRole'),
  clusterRoleBindings: place(RBAC, 'clusterrolebindings', 'ClusterRoleBinding'),
  roles: place(RBAC, 'roles', 'Role'),
  roleBindings: place(RBAC, 'rolebindings', 'RoleBinding'),
  serviceAccounts: place('', 'serviceaccounts', 'ServiceAccount'),
  namespaces: place('', 'namespaces', 'Namespace'),
  networkPolicies: place('networking.k8s.io', 'networkpolicies', 'NetworkPolicy'),
  deployments: { ...place('apps', 'deployments', 'Deployment'), isFluxOnly: true },
  gitRepositories: place(GROUP.source, 'gitrepositories', 'GitRepository'),
  ociRepositories: place(GROUP.source, 'ocirepositories', 'OCIRepository'),
  buckets: place(GROUP.source, 'buckets', 'Bucket'),
  helmRepositories: place(GROUP.source, 'helmrepositories', 'HelmRepository'),
  helmCharts: place(GROUP.source, 'helmcharts', 'HelmChart'),
  kustomizations: place(GROUP.kustomize, 'kustomizations', 'Kustomization'),
  helmReleases: place(GROUP.helm, 'helmreleases', 'HelmRelease'),
  receivers: place(GROUP.notification, 'receivers', 'Receiver'),
  alerts: place(GROUP.notification, 'alerts', 'Alert'),
  imageRepositories: place(GROUP.image, 'imagerepositories', 'ImageRepository'),
  imagePolicies: place(GROUP.image, 'imagepolicies', 'ImagePolicy'),
  imageAutomations: place(GROUP.image, 'imageupdateautomations', 'ImageUpdateAutomation'),
  artifactGenerators: place(GROUP.sourceExtensions, 'artifactgenerators', 'ArtifactGenerator'),
};

/** Their names. */
export const LIST_NAMES: readonly ListName[] = Object.keys(LISTS) as ListName[];

function place(group: string, plural: string, kind: string): ListPlace {
  return { group, plural, kind };
}
