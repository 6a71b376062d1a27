import type { CausePlace } from './locate-cause.ts';

/** `deploy/kustomization.yaml:4 (images[0].newTag)`. */
export function formatPlace({ file, line, field }: CausePlace): string {
  return `${file}${line === undefined ? '' : `:${line}`}${field === undefined ? '' : ` (${field})`}`;
}
