import { FluxError } from '../../core/errors.ts';
import { formatApiVersion, formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import type { InspectReader, ObjectGetter, ServedResource } from './ports.ts';

/**
 * Reads what words name objects as kubectl does: `deployment web api`, or `deployment/web cm/settings`. A type may be a kind, a
 * plural, a short name, and have its version and group behind it.
 *
 * Effects: reads the discovery of the API server
 *
 * @throws {FluxError} inspect/bad-words, inspect/unknown-type
 */
export async function resolveWords(
  words: readonly string[],
  namespace: string,
  kube: Pick<InspectReader, 'resources'>,
): Promise<ObjectRef[]> {
  const slashed = words.filter((word) => word.includes('/'));
  const wrong = new FluxError(
    'inspect/bad-words',
    'either `<resource>/<name>` or `<resource> <name>` is required as an argument',
    {
      hint: 'for example: deployment/web, or: deployment web',
    },
  );
  if (words.length === 0 || (slashed.length > 0 && slashed.length < words.length)) throw wrong;
  const [type = '', ...names] = words;
  const pairs = slashed.length > 0 ? words.map((word) => word.split('/')) : names.map((name) => [type, name]);
  if (pairs.length === 0 || pairs.some((pair) => pair.length !== 2 || pair.includes(''))) throw wrong;
  const served = await kube.resources();
  return pairs.map(([word = '', name = '']) => {
    const resource = served.find((candidate) => isNamed(candidate, word.toLowerCase()));
    if (resource === undefined) {
      throw new FluxError('inspect/unknown-type', `the server doesn't have a resource type ${JSON.stringify(word)}`, {
        hint: 'see which there are: kubectl api-resources',
      });
    }
    const { group, version, kind, namespaced } = resource;
    return { apiVersion: formatApiVersion(group, version), kind, ...(namespaced ? { namespace } : {}), name };
  });
}

/**
 * Reads an object that must be there.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} inspect/not-found
 */
export async function readExisting(ref: ObjectRef, kube: ObjectGetter): Promise<K8sObject> {
  const object = await kube.get(ref);
  if (object !== undefined) return object;
  throw new FluxError('inspect/not-found', `failed to find object: ${formatSubject(ref)} not found`, {
    subject: ref,
    hint: 'its namespace is named with -n',
  });
}

function isNamed({ group, version, kind, plural, singular, shortNames }: ServedResource, word: string): boolean {
  const names = [kind.toLowerCase(), plural, singular, ...shortNames];
  return names.some((name) => [name, `${name}.${group}`, `${name}.${version}.${group}`].includes(word));
}
