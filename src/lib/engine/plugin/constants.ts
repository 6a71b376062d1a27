/** What the names of plugin programs begin with. Source: fluxcd/flux2 internal/plugin/discovery.go. */
export const PLUGIN_PREFIX = 'flux-';

/** Most bytes of a catalogue; same limit as upstream's. */
export const MAX_CATALOG_BYTES: number = 10 * 1024 * 1024;
/** Most bytes of a download. Programs in Go have some tens of MiB. */
export const MAX_DOWNLOAD_BYTES: number = 512 * 1024 * 1024;
/** Most bytes that an archive may unpack to: one of that size is held in memory. */
export const MAX_UNPACKED_BYTES: number = 1024 * 1024 * 1024;

/** How long one try at a catalogue may take; upstream's. */
export const CATALOG_TIMEOUT_MS = 30_000;
/** How long one try at a program may take; upstream's. */
export const DOWNLOAD_TIMEOUT_MS = 300_000;
