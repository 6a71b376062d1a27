/** The Go module of each component's API and the packages in it that hold a served version. */
export interface ApiSource {
  readonly component: string;
  readonly module: string;
  readonly packages: readonly string[];
}

/**
 * Where the custom resource definitions come from. The versions are pinned in `tools/crds/go.mod`.
 *
 * Source: the packages that each controller's own `make manifests` reads; older versions that are no longer served are left out
 */
export const API_SOURCES: readonly ApiSource[] = [
  { component: 'source-controller', module: 'github.com/fluxcd/source-controller/api', packages: ['v1'] },
  { component: 'kustomize-controller', module: 'github.com/fluxcd/kustomize-controller/api', packages: ['v1'] },
  { component: 'helm-controller', module: 'github.com/fluxcd/helm-controller/api', packages: ['v2'] },
  { component: 'notification-controller', module: 'github.com/fluxcd/notification-controller/api', packages: ['v1', 'v1beta3'] },
  { component: 'image-reflector-controller', module: 'github.com/fluxcd/image-reflector-controller/api', packages: ['v1'] },
  { component: 'image-automation-controller', module: 'github.com/fluxcd/image-automation-controller/api', packages: ['v1'] },
  { component: 'source-watcher', module: 'github.com/fluxcd/source-watcher/api/v2', packages: ['v1beta1'] },
];
