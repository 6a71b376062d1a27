import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { readText } from '../../core/read-object.ts';
import { emitYaml, parseYaml } from '../../core/yaml/index.ts';
import type { PluginReceipt } from './types.ts';

/**
 * Reads a receipt; `undefined` where it is none. flux passes over those, too: the plugin counts as installed by hand.
 *
 * Effects: none
 */
export function parseReceipt(text: string): PluginReceipt | undefined {
  let value: JsonValue | undefined;
  try {
    value = parseYaml(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const extractPath = readText(value, 'platform', 'extractPath');
  return {
    name: readText(value, 'name'),
    version: readText(value, 'version'),
    installedAt: readText(value, 'installedAt'),
    platform: {
      os: readText(value, 'platform', 'os'),
      arch: readText(value, 'platform', 'arch'),
      url: readText(value, 'platform', 'url'),
      checksum: readText(value, 'platform', 'checksum'),
      ...(extractPath === '' ? {} : { extractPath }),
    },
  };
}

/**
 * Writes a receipt as flux does.
 *
 * Effects: none
 */
export function formatReceipt({ name, version, installedAt, platform }: PluginReceipt): string {
  return emitYaml({ name, version, installedAt, platform: { ...platform } });
}
