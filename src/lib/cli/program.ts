/** How this program is called in all texts, unless it runs as a plugin of flux. */
export const PROGRAM = 'flux-ts';
/** How it is called there. */
const AS_PLUGIN = 'flux ts';

/**
 * Tells how the user called this program. flux hands its plugins nothing that says so, but it starts them by their path in the
 * plugin folder.
 *
 * Effects: none
 *
 * @param script path of what was started, links not followed
 * @param pluginFolder absolute
 */
export function programNameOf(script: string, pluginFolder: string): string {
  const plain = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/, '');
  return plain(script) === `${plain(pluginFolder)}/${PROGRAM}` ? AS_PLUGIN : PROGRAM;
}
