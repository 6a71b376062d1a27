import { FluxError } from '../../core/errors.ts';

/**
 * Writes the address of an API server in the one form that can be compared. Only https, since a token goes there.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/restconfig.go ParseClusterAddress
 *
 * @throws {FluxError} cloud/bad-address
 * @example canonicalAddress('Example.com') // 'https://example.com:443'
 */
export function canonicalAddress(address: string): string {
  const full = address.startsWith('http') ? address : `https://${address}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') {
    return `https://${url.hostname}:${url.port === '' ? '443' : url.port}`;
  }
  throw new FluxError('cloud/bad-address', `the Kubernetes API server address '${address}' must use https scheme`, {
    hint: 'write address: https://HOST:PORT into the ConfigMap of spec.kubeConfig, or leave it out',
  });
}

/**
 * Chooses where a cluster is reached: at the address that was asked for if the cloud knows it as the cluster's, else at the
 * usual one.
 *
 * Effects: none
 *
 * @param wanted empty takes the first
 * @param endpoints what the cloud says
 * @throws {FluxError} cloud/foreign-address: the cloud does not know that address as the cluster's; cloud/bad-address
 */
export function chooseServer(wanted: string, endpoints: readonly string[], cluster: string): string {
  const known = endpoints.filter((endpoint) => endpoint !== '').map(canonicalAddress);
  const server = wanted === '' ? known[0] : known.find((endpoint) => endpoint === canonicalAddress(wanted));
  if (server !== undefined) return server;
  throw new FluxError(
    'cloud/foreign-address',
    wanted === ''
      ? `the cloud knows no address of the cluster ${cluster}`
      : `the address '${wanted}' is none of the cluster ${cluster}. cluster addresses: [${known.map((one) => `'${one}'`).join(', ')}]`,
    {
      hint: 'correct or leave out the address, or name a serviceAccountName: the identity of this machine is sent to no other address',
    },
  );
}
