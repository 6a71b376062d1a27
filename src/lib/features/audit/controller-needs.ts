import { GROUP } from '../../core/flux.ts';

/** Calls that a controller makes. */
export interface ControllerNeed {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only then are they made; absent: always. What depends on a setting is never missing and never too much by itself. */
  readonly when?: string;
}

/** What a controller calls. */
export interface ControllerProfile {
  readonly needs: readonly ControllerNeed[];
  /** True for those that apply what users write, as somebody else or as themselves. */
  readonly applies: boolean;
}

const READ: readonly string[] = ['get', 'list', 'watch'];
const OWN: readonly string[] = ['get', 'list', 'watch', 'patch'];
const IDENTITY = 'only with the gate ObjectLevelWorkloadIdentity';
const CONFIG_WATCH = 'only without the gate DisableConfigWatchers';

/** What every controller calls, besides. */
const EVERYBODY: readonly ControllerNeed[] = [
  need('', ['events'], ['create', 'patch']),
  need('coordination.k8s.io', ['leases'], ['get', 'create', 'update']),
];

/**
 * What the code of each controller of this Flux version calls, by name of its ServiceAccount.
 *
 * Source: the controllers' code at the versions of this release; their kubebuilder markers are in part stale
 */
export const CONTROLLER_PROFILES: Readonly<Record<string, ControllerProfile>> = {
  'source-controller': profile([
    need(GROUP.source, ['gitrepositories', 'ocirepositories', 'buckets', 'helmrepositories', 'helmcharts'], OWN),
    need(
      GROUP.source,
      ['gitrepositories/status', 'ocirepositories/status', 'buckets/status', 'helmrepositories/status', 'helmcharts/status'],
      ['patch'],
    ),
    need('', ['secrets'], ['get']),
    need('', ['serviceaccounts'], READ, 'only for pull secrets of accounts and for object-level identity'),
    need('', ['serviceaccounts/token'], ['create'], IDENTITY),
  ]),
  'kustomize-controller': profile(
    [
      need(GROUP.kustomize, ['kustomizations'], OWN),
      need(GROUP.kustomize, ['kustomizations/status'], ['patch']),
      need(GROUP.source, ['gitrepositories', 'ocirepositories', 'buckets'], READ),
      need(GROUP.source, ['externalartifacts'], READ, 'only with the gate ExternalArtifact'),
      need('', ['secrets', 'configmaps'], ['get']),
      need('', ['secrets', 'configmaps'], ['list', 'watch'], CONFIG_WATCH),
      need('', ['serviceaccounts'], READ),
      need('', ['serviceaccounts'], ['impersonate'], 'where Kustomizations name accounts, as they should'),
      need('', ['serviceaccounts/token'], ['create'], IDENTITY),
    ],
    true,
  ),
  'helm-controller': profile(
    [
      need(GROUP.helm, ['helmreleases'], OWN),
      need(GROUP.helm, ['helmreleases/status'], ['patch']),
      need(GROUP.source, ['helmcharts'], ['get', 'list', 'watch', 'create', 'patch', 'delete']),
      need(GROUP.source, ['ocirepositories'], READ),
      need(GROUP.source, ['externalartifacts'], READ, 'only with the gate ExternalArtifact'),
      need('', ['secrets', 'configmaps'], ['get']),
      need('', ['secrets', 'configmaps'], ['list', 'watch'], CONFIG_WATCH),
      need('', ['serviceaccounts'], READ),
      need('', ['serviceaccounts'], ['impersonate'], 'where HelmReleases name accounts, as they should'),
      need('', ['serviceaccounts/token'], ['create'], IDENTITY),
    ],
    true,
  ),
  'notification-controller': profile([
    need(GROUP.notification, ['alerts', 'providers', 'receivers'], OWN),
    need(GROUP.notification, ['receivers/status'], ['patch']),
    need('', ['secrets'], ['get']),
    need('', ['secrets'], ['list', 'watch'], CONFIG_WATCH),
    ...[GROUP.source, GROUP.kustomize, GROUP.helm, GROUP.image].map((group) =>
      need(group, ['*'], OWN, 'for the targets of Receivers and Alerts'),
    ),
    need('', ['serviceaccounts'], READ, IDENTITY),
    need('', ['serviceaccounts/token'], ['create'], IDENTITY),
  ]),
  'image-reflector-controller': profile([
    need(GROUP.image, ['imagerepositories', 'imagepolicies'], OWN),
    need(GROUP.image, ['imagerepositories/status', 'imagepolicies/status'], ['patch']),
    need('', ['secrets'], ['get']),
    need('', ['serviceaccounts'], READ),
    need('', ['namespaces'], READ, 'only for ImagePolicies that name repositories of other namespaces'),
    need('', ['serviceaccounts/token'], ['create'], IDENTITY),
  ]),
  'image-automation-controller': profile([
    need(GROUP.image, ['imageupdateautomations'], OWN),
    need(GROUP.image, ['imageupdateautomations/status'], ['patch']),
    need(GROUP.image, ['imagepolicies'], READ),
    need(GROUP.source, ['gitrepositories'], READ),
    need('', ['secrets'], ['get']),
    need('', ['serviceaccounts'], READ, IDENTITY),
    need('', ['serviceaccounts/token'], ['create'], IDENTITY),
  ]),
  'source-watcher': profile([
    need(GROUP.sourceExtensions, ['artifactgenerators'], OWN),
    need(GROUP.sourceExtensions, ['artifactgenerators/status'], ['patch']),
    need(GROUP.source, ['externalartifacts'], ['get', 'list', 'watch', 'create', 'patch', 'delete']),
    need(GROUP.source, ['externalartifacts/status'], ['patch']),
    need(GROUP.source, ['gitrepositories', 'ocirepositories', 'buckets', 'helmcharts'], READ),
  ]),
};

function profile(needs: readonly ControllerNeed[], applies = false): ControllerProfile {
  return { needs: [...needs, ...EVERYBODY], applies };
}

function need(group: string, resources: readonly string[], verbs: readonly string[], when?: string): ControllerNeed {
  return { group, resources, verbs, ...(when === undefined ? {} : { when }) };
}
