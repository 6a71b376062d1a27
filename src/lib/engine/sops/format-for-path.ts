import type { SopsFormat } from './types.ts';

/** Key of the Secrets that hold logins of registries. */
const DOCKER_CONFIG = '.dockerconfigjson';

/**
 * What an encrypted file of a format has in it for certain. A binary file is JSON while it is encrypted. The order is that in
 * which a text of unknown format is tried.
 */
const MARKERS: readonly (readonly [format: SopsFormat, marker: string])[] = [
  ['json', '"mac": "ENC['],
  ['yaml', 'mac: ENC['],
  ['dotenv', 'sops_mac=ENC['],
  ['ini', '[sops]'],
];

/** How messages name the formats. */
export const FORMAT_NAMES: Readonly<Record<SopsFormat, string>> = Object.freeze({
  binary: 'binary',
  dotenv: 'dotenv',
  ini: 'INI',
  json: 'JSON',
  yaml: 'YAML',
});

/**
 * The format that a path, or the key of a Secret, stands for; `binary` where its ending says nothing.
 *
 * Effects: none
 * Source: kustomize-controller internal/decryptor formatForPath; sops cmd/sops/formats FormatForPath
 *
 * @example formatForPath('values.yaml') // 'yaml'
 */
export function formatForPath(path: string): SopsFormat {
  if (path.endsWith(DOCKER_CONFIG)) return 'json';
  if (path.endsWith('.yaml') || path.endsWith('.yml')) return 'yaml';
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.env')) return 'dotenv';
  return path.endsWith('.ini') ? 'ini' : 'binary';
}

/** Tells whether a file of this format looks encrypted. */
export function hasMarker(content: Uint8Array, format: SopsFormat): boolean {
  const wanted = format === 'binary' ? 'json' : format;
  const marker = MARKERS.find(([one]) => one === wanted)?.[1] ?? '';
  return asBuffer(content).includes(marker);
}

/**
 * Finds the format of an encrypted text by what it must have in it; `undefined` where it is not encrypted.
 *
 * Effects: none
 * Source: kustomize-controller internal/decryptor detectFormatFromMarkerBytes
 * Differs: tries the formats in a fixed order; upstream takes any of those that fit
 */
export function detectFormat(content: Uint8Array): SopsFormat | undefined {
  const buffer = asBuffer(content);
  return MARKERS.find(([, marker]) => buffer.includes(marker))?.[0];
}

function asBuffer(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
