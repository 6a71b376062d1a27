import { FluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { parseRemoteUrl } from '../../engine/git/index.ts';
import type { SecretReader } from './ports.ts';

/** What to log in with: the data of a Secret for Git, not encoded. */
export type GitLogin = Readonly<Record<string, string>>;

/** Not a name that an object can have, so that nothing in a cluster is ever meant by it. */
const LOGIN_NAME = 'login of the command line';

/** Objects from files with the Secrets that they may use. */
export interface WithSecrets {
  readonly objects: readonly K8sObject[];
  readonly secrets: readonly K8sObject[];
}

/**
 * Lets the sources that name no Secret use a login. It goes to one host only: which of several it is for cannot be known,
 * and a password that is sent to the wrong one is lost.
 *
 * Effects: none
 *
 * @throws {FluxError} reconcile/ambiguous-login: the sources are on several hosts; reconcile/unused-login: there is none
 */
export function addLogin({ objects, secrets }: WithSecrets, login: GitLogin): WithSecrets {
  const sources = objects.filter((object) => object.kind === 'GitRepository' && urlOf(object) !== '' && !namesSecret(object));
  const hosts = new Set(sources.map((source) => hostOf(urlOf(source))));
  if (hosts.size === 0) {
    throw new FluxError('reconcile/unused-login', 'a login was given, and no GitRepository of the files needs one', {
      hint: 'each of them names a Secret in spec.secretRef: leave the login out',
    });
  }
  if (hosts.size > 1) {
    throw new FluxError(
      'reconcile/ambiguous-login',
      `one login was given, and the sources are on ${[...hosts].sort().join(', ')}`,
      {
        hint: 'put a Secret for each into the files, and name it in spec.secretRef',
      },
    );
  }
  const spaces = new Set(sources.map(({ metadata }) => metadata.namespace ?? ''));
  const data = Object.fromEntries(
    Object.entries(login).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]),
  );
  const made = [...spaces].map((namespace) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: LOGIN_NAME, namespace },
    data,
  }));
  const withLogin = objects.map((object) =>
    sources.includes(object) && isJsonObject(object['spec'])
      ? { ...object, spec: { ...object['spec'], secretRef: { name: LOGIN_NAME } } }
      : object,
  );
  return { objects: withLogin, secrets: [...secrets, ...made] };
}

/**
 * Reads Secrets that lie beside the objects first, then those of the cluster.
 *
 * Effects: those of the other reader
 */
export function createSecretReader(secrets: readonly K8sObject[], cluster: SecretReader): SecretReader {
  const byName = new Map(secrets.map((secret) => [formatSubject(refOf(secret)), secret]));
  return { get: async (ref, options) => byName.get(formatSubject(ref)) ?? (await cluster.get(ref, options)) };
}

/**
 * Writes a Secret from a file as the API server would store it: `stringData` becomes `data`.
 *
 * Effects: none
 */
export function storedSecret(secret: K8sObject): K8sObject {
  const { stringData, ...rest } = secret;
  if (!isJsonObject(stringData)) return secret;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text), 'utf8').toString('base64')]);
  return { ...rest, data: { ...(isJsonObject(rest['data']) ? rest['data'] : {}), ...Object.fromEntries(encoded) } } as K8sObject;
}

function urlOf({ spec }: K8sObject): string {
  return isJsonObject(spec) && typeof spec['url'] === 'string' ? spec['url'] : '';
}

function namesSecret({ spec }: K8sObject): boolean {
  return isJsonObject(spec) && isJsonObject(spec['secretRef']);
}

function hostOf(url: string): string {
  const { scheme, host, port } = parseRemoteUrl(url);
  return `${scheme}://${host}:${port}`;
}
