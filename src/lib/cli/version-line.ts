import { FLUX_TS_VERSION, FLUX_VERSION } from '../core/flux.ts';

/** The line of `--version`. It begins as the flux CLI's does, so that scripts find the version they expect. */
export function versionLine(): string {
  return `flux version ${FLUX_VERSION.slice(1)} (flux-ts ${FLUX_TS_VERSION})`;
}
