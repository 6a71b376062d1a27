import { EXTENSION_PATTERNS, VCS_PATTERNS } from '../../engine/sourceignore/index.ts';

/** What stays out of an artifact unless something else is asked for; fluxcd/flux2 cmd/flux/build_artifact.go excludeOCI. */
export const DEFAULT_IGNORE: readonly string[] = Object.freeze([...VCS_PATTERNS, ...EXTENSION_PATTERNS]);
