/** A URL of a Service of the cluster, by its parts. */
export interface ServiceUrl {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** With a leading `/`, and with the query. */
  readonly path: string;
}

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const SERVICE_HOST = new RegExp(`^(?<name>${LABEL})\\.(?<namespace>${LABEL})\\.svc(?:\\.[-a-z0-9.]+)?\\.?$`);

/**
 * Reads a URL whose host is a name that only the cluster's own DNS knows, such as
 * `http://source-controller.flux-system.svc.cluster.local./…`.
 *
 * Effects: none
 *
 * @returns `undefined` for every other host
 */
export function parseServiceUrl(url: string): ServiceUrl | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname, search, username } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const { name, namespace } = SERVICE_HOST.exec(hostname)?.groups ?? {};
  if (name === undefined || namespace === undefined || username !== '' || protocol !== `${scheme}:`) return undefined;
  const defaultPort = scheme === 'https' ? 443 : 80;
  return { scheme, name, namespace, port: port === '' ? defaultPort : Number(port), path: `${pathname}${search}` };
}
