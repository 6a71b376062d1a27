import { FluxError } from '../../core/errors.ts';
import type { RenderOptions } from './options.ts';
import type { InstallPorts } from './ports.ts';

/**
 * Makes sure that the namespaces to watch are there. They are not made: what is made is removed one day by whoever made it,
 * and with a namespace goes all that is in it.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} install/namespace-not-found
 */
export async function checkNamespaces(
  { watchNamespaces }: Pick<RenderOptions, 'watchNamespaces'>,
  { kube, signal }: Pick<InstallPorts, 'kube' | 'signal'>,
): Promise<void> {
  const missing: string[] = [];
  for (const name of watchNamespaces) {
    const ref = { apiVersion: 'v1', kind: 'Namespace', name };
    const found = await kube.get(ref, { metadataOnly: true, ...(signal === undefined ? {} : { signal }) });
    if (found === undefined) missing.push(name);
  }
  if (missing.length === 0) return;
  throw new FluxError('install/namespace-not-found', `there is no namespace ${missing.join(', ')} to watch`, {
    hint: `Create it first: kubectl create namespace ${missing[0]}`,
    details: { missing },
  });
}
