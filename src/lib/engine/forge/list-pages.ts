import type { JsonObject } from '../../core/json.ts';
import { objectsOf } from './read-answer.ts';
import type { Rest } from './rest.ts';

/** A forge that never ends is not followed for ever. */
const MAX_PAGES = 100;
/** The most that GitHub and GitLab give at once. */
const FULL_PAGE = 100;

/** A page, and what was found with it. */
export interface ForgePage {
  readonly entries: readonly JsonObject[];
  /** All entries so far, those of this page among them. */
  readonly found: readonly JsonObject[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Lists what a forge gives page by page.
 *
 * Effects: asks the forge
 *
 * @param pathOf gives the path of a page; the first is 1
 */
export async function listPages(
  rest: Pick<Rest, 'get'>,
  pathOf: (page: number) => string,
  isLast: (page: ForgePage) => boolean,
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { value, headers } = await rest.get(pathOf(page));
    const entries = objectsOf(value);
    found.push(...entries);
    if (isLast({ entries, found, headers })) break;
  }
  return found;
}

/**
 * Lists what a path has, as GitHub and GitLab give it: a hundred a page, and a page that is not full is the last.
 *
 * Effects: asks the forge
 * Source: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api, https://docs.gitlab.com/api/rest/#pagination
 *
 * @param path may have a query
 */
export function listFullPages(rest: Pick<Rest, 'get'>, path: string): Promise<JsonObject[]> {
  const first = `${path}${path.includes('?') ? '&' : '?'}per_page=${FULL_PAGE}`;
  return listPages(
    rest,
    (page) => (page === 1 ? first : `${first}&page=${page}`),
    ({ entries }) => entries.length < FULL_PAGE,
  );
}
