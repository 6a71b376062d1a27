import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import { emitYaml } from '../../core/yaml/emit-yaml.ts';

/** What stands for an encrypted value. */
const MASK = '**SOPS**';

/**
 * Takes the traces of SOPS out of an object that was built but not decrypted. Nothing secret is there to be read, but the text
 * differs with every encryption and would only make noise. Of a Secret that is encrypted as a whole all values are masked, of
 * any other Secret those values that are encrypted files; other kinds lose the field `sops`.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/build/build.go maskSopsData
 *
 * @throws {FluxError} build/bad-secret: a value under `data` is no base64
 */
export function maskEncrypted(object: K8sObject): K8sObject {
  if (object.kind !== 'Secret') {
    if (!Object.hasOwn(object, 'sops')) return object;
    const { sops: _sops, ...plain } = object;
    return plain as K8sObject;
  }
  const { data, stringData, ...rest } = object;
  const encoded = textsOf(data);
  const texts = textsOf(stringData);
  const text = emitYaml(object);
  if (text.includes('sops:') && text.includes('mac: ENC[')) {
    const { sops: _sops, ...plain } = rest;
    const mask = object['type'] === 'kubernetes.io/dockerconfigjson' ? JSON.stringify({ mask: MASK }) : MASK;
    return withData(
      plain as K8sObject,
      mapTexts(encoded, () => encode(mask)),
      mapTexts(texts, () => mask),
    );
  }
  return withData(
    rest as K8sObject,
    mapTexts(encoded, (value, key) => (isEncrypted(decode(value, key, object)) ? encode(MASK) : value)),
    // The encoded form here is upstream's.
    mapTexts(texts, (value) => (isEncrypted(value) ? encode(MASK) : value)),
  );
}

function isEncrypted(text: string): boolean {
  return text.includes('sops') && text.includes('ENC[');
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(value: string, key: string, object: K8sObject): string {
  const base64 = value.replaceAll(/[\r\n]/g, '');
  if (base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return Buffer.from(base64, 'base64').toString('latin1');
  throw new FluxError(
    'build/bad-secret',
    `failed to mask secret ${object.metadata.name} sops data: data.${key} is no base64 (RFC 4648)`,
    { subject: refOf(object), hint: 'put plain text under stringData' },
  );
}

/** Values as texts; a field that is no map has none. */
function textsOf(value: JsonValue | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, typeof member === 'string' ? member : String(member ?? 'null')]),
  );
}

function mapTexts(
  texts: Readonly<Record<string, string>>,
  change: (value: string, key: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, change(value, key)]));
}

/** Maps without a value are left out, as upstream does. */
function withData(object: K8sObject, data: JsonObject, stringData: JsonObject): K8sObject {
  return {
    ...object,
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(Object.keys(stringData).length === 0 ? {} : { stringData }),
  };
}
