/** One controller of Flux. */
export interface Component {
  readonly name: string;
  /** Tag of its image in the Flux version that this release follows. */
  readonly version: string;
  /** True where it is installed unless something else is asked for. */
  readonly isDefault: boolean;
}

/**
 * The controllers that there are, with their versions: the one table. Checks hold `manifests/` and `tools/crds/go.mod` to it.
 *
 * Source: fluxcd/flux2 manifests/crds/kustomization.yaml at v2.9.4
 */
export const COMPONENTS: readonly Component[] = [
  { name: 'source-controller', version: 'v1.9.4', isDefault: true },
  { name: 'kustomize-controller', version: 'v1.9.4', isDefault: true },
  { name: 'helm-controller', version: 'v1.6.3', isDefault: true },
  { name: 'notification-controller', version: 'v1.9.3', isDefault: true },
  { name: 'image-reflector-controller', version: 'v1.2.4', isDefault: false },
  { name: 'image-automation-controller', version: 'v1.2.4', isDefault: false },
  { name: 'source-watcher', version: 'v2.2.3', isDefault: false },
];

/** Names of the controllers that are installed by default, in their order. */
export const DEFAULT_COMPONENTS: readonly string[] = COMPONENTS.filter(({ isDefault }) => isDefault).map(({ name }) => name);
