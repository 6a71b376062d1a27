/** Mode of directories in an artifact; fluxcd/pkg artifact/storage/archive.go. */
export const DIRECTORY_MODE = 0o750;
/** Mode of files in an artifact; same source. */
export const FILE_MODE = 0o600;
/** Mode of files that can be run; same source. */
export const EXECUTABLE_MODE = 0o700;

/** How many entries an artifact may have; as many as a Git commit may have files. */
export const MAX_ENTRIES = 250_000;

/** How much an artifact may unpack to; far above any configuration, far below what would exhaust a laptop. */
export const DEFAULT_MAX_BYTES: number = 512 * 1024 * 1024;
