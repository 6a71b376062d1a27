import type { JsonObject } from '../../core/json.ts';
import { objectsOf } from './read-answer.ts';
import type { Rest } from './rest.ts';

const PAGE_SIZE = 100;
/** A forge that never ends is not followed for ever. */
const MAX_PAGES = 100;

/**
 * Lists what a path has, as GitHub and GitLab give it: a hundred a page, and a page that is not full is the last.
 *
 * Effects: asks the forge
 * Source: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api, https://docs.gitlab.com/api/rest/#pagination
 *
 * @param path may have a query
 */
export async function listPages(rest: Pick<Rest, 'get'>, path: string): Promise<JsonObject[]> {
  const first = `${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE_SIZE}`;
  const found: JsonObject[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { value } = await rest.get(page === 1 ? first : `${first}&page=${page}`);
    const entries = objectsOf(value);
    found.push(...entries);
    if (entries.length < PAGE_SIZE) break;
  }
  return found;
}
