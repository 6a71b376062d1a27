import { FluxError, isFluxError } from '../../core/errors.ts';
import { PLUGIN_CATALOG_URL } from '../../core/flux.ts';
import { CATALOG_TIMEOUT_MS, MAX_CATALOG_BYTES } from './constants.ts';
import { download } from './download.ts';
import { parseCatalog, parseManifest } from './parse-catalog.ts';
import type { CatalogEntry, DownloadPorts, PluginManifest } from './types.ts';

/** A catalogue of plugins on some server. */
export interface PluginCatalog {
  /** All plugins, in the catalogue's order. */
  list(): Promise<readonly CatalogEntry[]>;
  /** What there is of one. */
  manifest(name: string): Promise<PluginManifest>;
}

/**
 * Opens a catalogue: a `catalog.yaml`, and beside it a `<name>.yaml` for each plugin.
 *
 * Effects: none by itself; the functions download
 * Source: fluxcd/flux2 internal/plugin/catalog.go
 * Differs: a base that ends in neither `/` nor `=` gets a slash; only status 404 means that a plugin is not in the catalogue
 *
 * @param base of `FLUXCD_PLUGIN_CATALOG`; empty: the one of the Flux project
 */
export function openCatalog(base: string, ports: DownloadPorts): PluginCatalog {
  const stem = base === '' ? PLUGIN_CATALOG_URL : /[/=]$/.test(base) ? base : `${base}/`;
  const fetchText = async (name: string): Promise<string> => {
    const bytes = await download(`${stem}${encodeURIComponent(name)}.yaml`, ports, {
      maxBytes: MAX_CATALOG_BYTES,
      timeoutMs: CATALOG_TIMEOUT_MS,
    });
    return bytes.toString('utf8');
  };
  return {
    async list() {
      return parseCatalog(await fetchText('catalog'));
    },
    async manifest(name) {
      checkName(name);
      let text: string;
      try {
        text = await fetchText(name);
      } catch (error) {
        if (!isFluxError(error, 'plugin/http-status') || error.details?.['status'] !== 404) throw error;
        throw new FluxError('plugin/not-in-catalog', `plugin ${JSON.stringify(name)} not found in catalog`, {
          hint: 'flux-ts plugin search lists those that there are',
          cause: error,
        });
      }
      return parseManifest(text, name);
    },
  };
}

/** A name becomes part of a URL, of a file name and of a command line. */
function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && name !== 'catalog') return;
  throw new FluxError('plugin/bad-name', `${JSON.stringify(name)} is no name of a plugin`, {
    hint: 'a name has letters, digits, ".", "_" and "-": flux-ts plugin install operator',
  });
}
