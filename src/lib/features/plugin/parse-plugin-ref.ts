import { FluxError } from '../../core/errors.ts';

/** Which version of which plugin. */
export interface PluginRef {
  readonly name: string;
  /** A version, or `sha256:…`; empty: the newest. */
  readonly ref: string;
}

/**
 * Reads `operator`, `operator@0.45.0`, `operator@sha256:…`.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/plugin.go parseNameVersion
 * Differs: nothing behind the `@` is refused, where flux takes the newest: it is mostly a variable without a value
 *
 * @throws {FluxError} plugin/bad-name
 */
export function parsePluginRef(text: string): PluginRef {
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const ref = at < 0 ? '' : text.slice(at + 1);
  if (name === '') {
    throw new FluxError('plugin/bad-name', 'the name of a plugin is required', { hint: 'flux-ts plugin install operator' });
  }
  if (at >= 0 && ref === '') {
    throw new FluxError('plugin/bad-name', `${JSON.stringify(text)} names no version behind the "@"`, {
      hint: `leave out the "@" for the newest version: flux-ts plugin install ${name}`,
    });
  }
  return { name, ref };
}
