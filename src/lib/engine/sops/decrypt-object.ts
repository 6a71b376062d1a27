import { FluxError, isFluxError } from '../../core/errors.ts';
import { KUSTOMIZE } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { decodeBase64 } from './decode-base64.ts';
import { decryptDocument, openTree } from './decrypt-document.ts';
import { detectFormat, formatForPath } from './format-for-path.ts';
import { takeMetadata } from './store.ts';
import { type Branch, isBranch, isComment, isList, type KeyService, type TreeItem, type TreeValue } from './types.ts';

/**
 * Decrypts an object that was built: one that SOPS encrypted as a whole or in part, or a Secret whose values are encrypted files.
 * Any other is handed back as it is, as are those that the annotation exempts.
 *
 * Effects: asks the key services
 * Source: kustomize-controller internal/decryptor DecryptResource
 *
 * @throws {FluxError} those of `decryptDocument`, with the object in the sentence
 */
export async function decryptObject(object: K8sObject, services: readonly KeyService[]): Promise<K8sObject> {
  if (object.metadata.annotations?.[KUSTOMIZE.decrypt]?.toLowerCase() === 'disabled') return object;
  const { namespace = '', name } = object.metadata;
  if (isEncrypted(object)) {
    return await about(object, `failed to decrypt and format '${namespace}/${name}' ${object.kind} data`, () =>
      decryptWhole(object, services),
    );
  }
  const data = object['data'];
  if (object.kind !== 'Secret' || !isJsonObject(data)) return object;
  const plain: JsonObject = {};
  for (const [key, value] of Object.entries(data)) {
    const what = `failed to decrypt and format '${namespace}/${name}' Secret field '${key}'`;
    setOwn(plain, key, await about(object, what, () => decryptEntry(key, value, object, services)));
  }
  return { ...object, data: plain };
}

function isEncrypted(object: K8sObject): boolean {
  const sops = object['sops'];
  if (!isJsonObject(sops)) return false;
  const { mac } = sops;
  return mac !== undefined && mac !== null && mac !== '';
}

async function decryptWhole(object: K8sObject, services: readonly KeyService[]): Promise<K8sObject> {
  const tree = takeMetadata([branchOf(object)], 'json');
  const [plain] = await openTree(tree, { services, checkMac: false, file: formatSubject(refOf(object)) });
  return jsonOf(plain ?? { type: 'branch', items: [] }) as K8sObject;
}

async function decryptEntry(
  key: string,
  value: JsonValue | undefined,
  object: K8sObject,
  services: readonly KeyService[],
): Promise<JsonValue | undefined> {
  const content = typeof value === 'string' ? decodeBase64(value) : undefined;
  const format = content === undefined ? undefined : detectFormat(content);
  // What is no base64 is told when the object is applied.
  if (content === undefined || format === undefined) return value;
  const file = `${formatSubject(refOf(object))} data.${key}`;
  const plain = await decryptDocument(content, { format, outputFormat: formatForPath(key), services, checkMac: false, file });
  return Buffer.from(plain).toString('base64');
}

async function about<T>(object: K8sObject, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFluxError(error)) throw error;
    const { code, hint, details } = error;
    throw new FluxError(code, `decryption failed for '${formatSubject(refOf(object))}': ${what}: ${error.message}`, {
      subject: refOf(object),
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
      cause: error,
    });
  }
}

function branchOf(object: JsonObject): Branch {
  const items: TreeItem[] = [];
  for (const [key, value] of Object.entries(object)) if (value !== undefined) items.push({ key, value: treeOf(value) });
  return { type: 'branch', items };
}

function treeOf(value: JsonValue): TreeValue {
  if (Array.isArray(value)) return value.map(treeOf);
  if (isJsonObject(value)) return branchOf(value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : { type: 'float', value };
  return value;
}

function jsonOf(value: TreeValue): JsonValue {
  if (isBranch(value)) {
    const object: JsonObject = {};
    for (const { key, value: member } of value.items) if (typeof key === 'string') setOwn(object, key, jsonOf(member));
    return object;
  }
  if (isList(value)) return value.filter((item) => !isComment(item)).map(jsonOf);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  switch (value.type) {
    case 'float':
      if (Number.isFinite(value.value)) return value.value;
      throw new FluxError('sops/cannot-write', 'Error marshaling to json: unsupported value');
    case 'raw':
      return Buffer.from(value.bytes).toString('utf8');
    default:
      return value.text;
  }
}
