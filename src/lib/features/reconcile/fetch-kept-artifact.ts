import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import {
  fetchArtifact,
  notFound,
  type OpenUrl,
  parseServiceUrl,
  type ServiceUrl,
  unreachable,
} from '../../engine/artifact/index.ts';
import type { ReconcilePorts } from './ports.ts';
import { artifactOf } from './source-artifact.ts';

/** How an artifact that somebody else keeps is fetched. */
export interface KeptArtifactOptions {
  /** True where this run holds the Lease of source-controller, which serves nothing then. Default: false. */
  readonly holdsSourceLease?: boolean;
}

/**
 * Downloads the artifact that a source has in its status, as kustomize-controller does: from the URL that whoever keeps the
 * source has written there, checked by the digest beside it.
 *
 * A URL with a name of the cluster's own DNS is read through the API server, as the caller, where this process runs outside
 * the cluster.
 *
 * Effects: reads over HTTP, or from the cluster
 * Source: kustomize-controller internal/controller/kustomization_controller.go; fluxcd/pkg http/fetch
 *
 * @throws {FluxError} reconcile/artifact-not-found: nothing is at the URL any more; reconcile/no-artifact;
 * reconcile/unsupported; those of `fetchArtifact`
 */
export async function fetchKeptArtifact(
  source: K8sObject,
  ports: Pick<ReconcilePorts, 'kube' | 'artifacts' | 'world' | 'signal'>,
  { holdsSourceLease = false }: KeptArtifactOptions = {},
): Promise<Uint8Array> {
  const subject = refOf(source);
  const { artifacts, world, signal } = ports;
  const { url, digest } = artifactOf(source) ?? {};
  if (artifacts === undefined) {
    throw new FluxError(
      'reconcile/unsupported',
      `there is nothing here to fetch the artifact of ${formatSubject(subject)} with`,
      {
        subject,
        hint: 'let the controllers reconcile it (leave --drive off)',
      },
    );
  }
  if (typeof url !== 'string' || typeof digest !== 'string' || digest === '') {
    throw new FluxError('reconcile/no-artifact', `the artifact of ${formatSubject(subject)} has no url or no digest`, {
      subject,
      hint: 'whoever keeps the source writes both into its status',
    });
  }
  const host = url.includes('//source-watcher') ? artifacts.watcherHost : artifacts.sourceHost;
  const service = host === undefined && artifacts.isInCluster !== true ? parseServiceUrl(url) : undefined;
  const open = service === undefined ? artifacts.open : throughApiServer(service, artifacts.open, ports.kube);
  try {
    return await fetchArtifact(host === undefined ? url : replaceHost(url, host), open, {
      digest,
      sleep: (ms, abort) => world.sleep(ms, abort),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (!isFluxError(error)) throw error;
    throw explain(error, source, service, holdsSourceLease);
  }
}

/** Puts another host, with its port, in the place of that of a URL. */
function replaceHost(url: string, host: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname}${search}`;
}

/**
 * Reads by way of the API server's proxy for Services. Whoever may not use that may still be in a network that knows the name.
 */
function throughApiServer(service: ServiceUrl, direct: OpenUrl, kube: ReconcilePorts['kube']): OpenUrl {
  const { scheme, name, namespace, port, path } = service;
  const proxy = `/api/v1/namespaces/${namespace}/services/${scheme}:${name}:${port}/proxy${path}`;
  return async (url, signal) => {
    try {
      return await kube.stream(proxy, { signal });
    } catch (error) {
      if (!isFluxError(error)) throw error;
      // An answer of the API server itself has a reason; one of the server behind it is none of Kubernetes'.
      if (error.code === 'kube/not-found' && error.details?.['reason'] !== 'NotFound') throw notFound(url);
      try {
        return await direct(url, signal);
      } catch (second) {
        if (!isFluxError(second, 'artifact/unreachable')) throw second;
        throw unreachable(url, `by way of the API server: ${error.message}; ${second.message}`, error, false);
      }
    }
  };
}

/** Says which source it is, and what to do from where the caller is. */
function explain(error: FluxError, source: K8sObject, service: ServiceUrl | undefined, holdsSourceLease: boolean): FluxError {
  const subject = refOf(source);
  if (error.code === 'artifact/not-found' && !holdsSourceLease) {
    return new FluxError('reconcile/artifact-not-found', 'Source is not ready, artifact not found, retrying in 30s', {
      subject,
      hint: `${error.message}: whoever keeps ${formatSubject(subject)} has to store it again`,
      cause: error,
    });
  }
  const hint = hintFor(error, source, service, holdsSourceLease) ?? error.hint;
  return new FluxError(error.code, error.message, {
    subject,
    ...(hint === undefined ? {} : { hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
    cause: error,
  });
}

function hintFor(
  { code }: FluxError,
  source: K8sObject,
  service: ServiceUrl | undefined,
  holdsSourceLease: boolean,
): string | undefined {
  if (code !== 'artifact/unreachable' && code !== 'artifact/not-found') return undefined;
  if (holdsSourceLease && source.kind !== 'ExternalArtifact') {
    return `source-controller keeps ${formatSubject(refOf(source))} and serves nothing while this run holds its Lease: let it run, and drive with --with-source=false`;
  }
  if (service === undefined) return undefined;
  const { scheme, name, namespace, port } = service;
  const variable = name === 'source-watcher' ? 'SOURCE_WATCHER_LOCALHOST' : 'SOURCE_CONTROLLER_LOCALHOST';
  return (
    `grant get on services/proxy, resource name ${scheme}:${name}:${port}, in ${namespace}; or forward the port, ` +
    `kubectl -n ${namespace} port-forward svc/${name} 8080:${port}, and set ${variable}=127.0.0.1:8080`
  );
}
