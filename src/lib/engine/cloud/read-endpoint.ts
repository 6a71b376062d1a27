import { FluxError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import { readList, readText } from '../../core/read-object.ts';
import { parseYaml } from '../../core/yaml/index.ts';

/**
 * Reads from a kubeconfig where its cluster is, and nothing else of it.
 *
 * Effects: none
 *
 * @throws {FluxError} cloud/refused: it is none
 */
export function readEndpoint(kubeconfig: string): { readonly server: string; readonly authority: string } {
  const config = parseYaml(kubeconfig);
  const named = (list: string, name: string): JsonValue | undefined =>
    readList(config, list).find((entry) => readText(entry, 'name') === name);
  const context = named('contexts', readText(config, 'current-context'));
  const cluster = named('clusters', readText(context, 'context', 'cluster')) ?? readList(config, 'clusters')[0];
  const server = readText(cluster, 'cluster', 'server');
  if (server === '') {
    throw new FluxError('cloud/refused', 'a kubeconfig of the cloud names no server');
  }
  const authority = readText(cluster, 'cluster', 'certificate-authority-data');
  return { server, authority: Buffer.from(authority, 'base64').toString('utf8') };
}
