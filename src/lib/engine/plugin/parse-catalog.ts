import { FluxError, messageOf } from '../../core/errors.ts';
import { PLUGIN_API_VERSION } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { readList, readText } from '../../core/read-object.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import { PLUGIN_PREFIX } from './constants.ts';
import type { CatalogEntry, PluginManifest, PluginPlatform, PluginVersion } from './types.ts';

/**
 * Reads what a catalogue says of one plugin.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/plugin/catalog.go, pkg/plugin/types.go
 * Differs: the name must be the one that was asked for, and the program `flux-` with that name. Upstream installs another one
 * too, under which it then finds no receipt; and a name such as `../x` leads its receipt out of the folder.
 *
 * @throws {FluxError} plugin/bad-manifest
 */
export function parseManifest(text: string, name: string): PluginManifest {
  const manifest = readObject(text, (why) => badManifest(name, why));
  const apiVersion = readText(manifest, 'apiVersion');
  if (apiVersion !== PLUGIN_API_VERSION) {
    throw badManifest(name, `it has the apiVersion ${JSON.stringify(apiVersion)}, and not ${JSON.stringify(PLUGIN_API_VERSION)}`);
  }
  const kind = readText(manifest, 'kind');
  if (kind !== 'Plugin') throw badManifest(name, `it is of the kind ${JSON.stringify(kind)}, and not "Plugin"`);
  const ownName = readText(manifest, 'name');
  if (ownName !== name) throw badManifest(name, `it is that of the plugin ${JSON.stringify(ownName)}`);
  const bin = readText(manifest, 'bin');
  if (bin !== `${PLUGIN_PREFIX}${name}`) {
    throw badManifest(name, `its bin is ${JSON.stringify(bin)}, and not ${JSON.stringify(`${PLUGIN_PREFIX}${name}`)}`);
  }
  const versions = readList(manifest, 'versions').map((version) => readVersion(version, name));
  return { name, description: readText(manifest, 'description'), bin, versions };
}

function readVersion(value: JsonValue, name: string): PluginVersion {
  const version = readText(value, 'version');
  if (version === '') throw badManifest(name, 'it has a version without a name');
  return { version, platforms: readList(value, 'platforms').map((platform) => readPlatform(platform, name, version)) };
}

function readPlatform(value: JsonValue, name: string, version: string): PluginPlatform {
  const [os, arch, url] = [readText(value, 'os'), readText(value, 'arch'), readText(value, 'url')];
  const checksum = readText(value, 'checksum');
  if (!/^sha256:[0-9a-f]{64}$/.test(checksum)) {
    throw badManifest(
      name,
      `version ${version} for ${os}/${arch} has the checksum ${JSON.stringify(checksum)}, which is no sha256`,
    );
  }
  const extractPath = readText(value, 'extractPath');
  return { os, arch, url, checksum, ...(extractPath === '' ? {} : { extractPath }) };
}

/**
 * Reads the list of all plugins.
 *
 * Effects: none
 * Source: as `parseManifest`
 *
 * @throws {FluxError} plugin/bad-catalog
 */
export function parseCatalog(text: string): CatalogEntry[] {
  const catalog = readObject(text, badCatalog);
  const apiVersion = readText(catalog, 'apiVersion');
  if (apiVersion !== PLUGIN_API_VERSION) {
    throw badCatalog(`it has the apiVersion ${JSON.stringify(apiVersion)}, and not ${JSON.stringify(PLUGIN_API_VERSION)}`);
  }
  const kind = readText(catalog, 'kind');
  if (kind !== 'PluginCatalog') throw badCatalog(`it is of the kind ${JSON.stringify(kind)}, and not "PluginCatalog"`);
  return readList(catalog, 'plugins').map((entry) => ({
    name: readText(entry, 'name'),
    description: readText(entry, 'description'),
    homepage: readText(entry, 'homepage'),
    source: readText(entry, 'source'),
    license: readText(entry, 'license'),
  }));
}

function readObject(text: string, fail: (why: string) => FluxError): JsonObject {
  let value: JsonValue | undefined;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw fail(messageOf(error));
  }
  if (!isJsonObject(value)) throw fail('it is no YAML object');
  return value;
}

function badManifest(name: string, why: string): FluxError {
  return new FluxError('plugin/bad-manifest', `the catalog's manifest of plugin ${JSON.stringify(name)} cannot be used: ${why}`, {
    hint: 'whoever keeps the catalog has to correct it; FLUXCD_PLUGIN_CATALOG names another one',
  });
}

function badCatalog(why: string): FluxError {
  return new FluxError('plugin/bad-catalog', `the plugin catalog cannot be used: ${why}`, {
    hint: 'see whether FLUXCD_PLUGIN_CATALOG leads to a catalog',
  });
}
