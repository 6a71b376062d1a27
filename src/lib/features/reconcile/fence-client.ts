import type { KubeClient } from '../../engine/kube/index.ts';

/**
 * Wraps a client so that nothing is written any more once a fence says so: what began before was allowed, what would begin
 * now is somebody else's to do. Reading goes on.
 *
 * Effects: none by itself
 *
 * @param check throws where writing must stop
 */
export function fenceClient(kube: KubeClient, check: () => void): KubeClient {
  const guarded =
    <A extends readonly unknown[], T>(write: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      check();
      return await write(...args);
    };
  return {
    server: kube.server,
    ...(kube.user === undefined ? {} : { user: kube.user }),
    get: (ref, options) => kube.get(ref, options),
    list: (kind, options) => kube.list(kind, options),
    watch: (kind, options) => kube.watch(kind, options),
    create: guarded((object, options) => kube.create(object, options)),
    replace: guarded((object, options) => kube.replace(object, options)),
    apply: guarded((object, options) => kube.apply(object, options)),
    patch: guarded((ref, patch, options) => kube.patch(ref, patch, options)),
    delete: guarded((ref, options) => kube.delete(ref, options)),
    resourceOf: (kind) => kube.resourceOf(kind),
    resources: () => kube.resources(),
    forgetDiscovery: () => kube.forgetDiscovery(),
    serverVersion: () => kube.serverVersion(),
    request: (request) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') check();
      return kube.request(request);
    },
    stream: (path, options) => kube.stream(path, options),
    impersonate: (user) => fenceClient(kube.impersonate(user), check),
    close: () => kube.close(),
  };
}
