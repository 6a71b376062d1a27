import type { JsonObject } from '../../core/json.ts';
import { readText } from '../../core/read-object.ts';
import { bareKey, idOf, part } from './read-answer.ts';
import type { Rest } from './rest.ts';
import type { Forge } from './types.ts';

/**
 * Makes the calls about deploy keys that GitHub has and Gitea copied; each has pages of its own.
 *
 * Effects: none by itself
 *
 * @param listAll gives all items of a path
 */
export function deployKeyCalls(
  rest: Rest,
  listAll: (path: string) => Promise<JsonObject[]>,
): Pick<Forge, 'listDeployKeys' | 'addDeployKey' | 'removeDeployKey'> {
  return {
    async listDeployKeys({ id }) {
      return (await listAll(`repos/${id}/keys`)).map((key) => ({
        id: idOf(key),
        title: readText(key, 'title'),
        key: bareKey(readText(key, 'key')),
        readOnly: key['read_only'] === true,
      }));
    },
    async addDeployKey({ id }, { title, key, readOnly }) {
      await rest.send('POST', `repos/${id}/keys`, { title, key, read_only: readOnly });
    },
    async removeDeployKey({ id }, key) {
      await rest.send('DELETE', `repos/${id}/keys/${part(key)}`);
    },
  };
}
