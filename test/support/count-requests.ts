import type { KubeClient } from '../../src/lib/engine/kube/index.ts';

/** A client that counts what is asked of the API server through it. */
export interface CountedClient {
  readonly kube: KubeClient;
  /** `get ConfigMap`, `dry-run ConfigMap`, `patch Kustomization/status` … with how often. */
  readonly counts: Map<string, number>;
}

/** Counts the reads and writes of objects that go through a client, by verb and kind; those of impersonated ones too. */
export function countRequests(kube: KubeClient, counts: Map<string, number> = new Map()): CountedClient {
  const count = (verb: string, kind: string): void =>
    void counts.set(`${verb} ${kind}`, (counts.get(`${verb} ${kind}`) ?? 0) + 1);
  const counted: KubeClient = {
    ...kube,
    impersonate: (...user) => countRequests(kube.impersonate(...user), counts).kube,
    get(ref, ...rest) {
      count('get', ref.kind);
      return kube.get(ref, ...rest);
    },
    list(kind, ...rest) {
      count('list', kind.kind);
      return kube.list(kind, ...rest);
    },
    watch(kind, ...rest) {
      count('watch', kind.kind);
      return kube.watch(kind, ...rest);
    },
    apply(object, options) {
      count(options.dryRun === true ? 'dry-run' : 'apply', object.kind);
      return kube.apply(object, options);
    },
    patch(ref, patch, options) {
      count('patch', options.subresource === undefined ? ref.kind : `${ref.kind}/${options.subresource}`);
      return kube.patch(ref, patch, options);
    },
    create(object, ...rest) {
      count('create', object.kind);
      return kube.create(object, ...rest);
    },
    request(request) {
      count(request.method.toLowerCase(), request.path.split('/').at(-1) ?? '');
      return kube.request(request);
    },
  };
  return { kube: counted, counts };
}
