/** Branch that a reference without any field means; fluxcd/pkg git/options.go. */
export const DEFAULT_BRANCH = 'master';

/** User of an ssh URL without one; fluxcd/pkg git/options.go. */
export const DEFAULT_SSH_USER = 'git';

/** Object id that stands for "nothing" on the wire. */
export const ZERO_ID: string = '0'.repeat(40);

/** How long one call to a remote may take; the default of a GitRepository's `spec.timeout`. */
export const DEFAULT_TIMEOUT_MS = 60_000;

/** How much a fetch may bring. Far above any configuration repository, far below what would exhaust a laptop. */
export const DEFAULT_MAX_BYTES: number = 512 * 1024 * 1024;

/** How many objects a fetch may bring. Each takes some 500 bytes beyond its content. */
export const MAX_OBJECTS = 1_000_000;

/** How many files, links and submodules a commit may have. Ten times the largest that we know of. */
export const MAX_FILES = 250_000;

/** How we call ourselves on the wire. Some servers answer only to clients whose name starts with `git/`. */
export const USER_AGENT = 'git/2.0 (flux-ts)';

/** The same in the form of a protocol capability, which allows no spaces. */
export const AGENT_CAPABILITY = 'agent=git/flux-ts';
