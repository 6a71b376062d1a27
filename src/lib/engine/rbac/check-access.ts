import { mapBounded } from '../../core/map-bounded.ts';
import type { AccessAnswer, AccessReport, AccessRequest, AccessReviewer, DeniedAccess, NeededAccess } from './types.ts';

const REVIEWS_AT_ONCE = 16;
/** From so many names in one namespace on, one list of all rules is less work for the API server. */
const MANY_NAMES = 32;

/**
 * Asks the API server for every needed access, once each, and reports all that is refused. A whole kind is asked for
 * before single names: who may patch any ConfigMap may patch each. Many names in one namespace are looked up in the list of
 * all rules that are held there, where the API server vouches for it being complete.
 *
 * Effects: reads the cluster (access reviews store nothing)
 *
 * @returns the denials in the order of the requests; one whose alternative nobody could read is not among them
 */
export async function checkAccess(needed: readonly NeededAccess[], reviewer: AccessReviewer): Promise<AccessReport> {
  const answers = new Map<string, AccessAnswer>();
  let asked = 0;
  const ask = async (requests: readonly AccessRequest[]): Promise<void> => {
    const open = new Map(requests.map((request) => [formatAccessKey(request), request]));
    for (const key of answers.keys()) open.delete(key);
    asked += await lookUp(open, answers, reviewer);
    asked += open.size;
    await mapBounded([...open], REVIEWS_AT_ONCE, async ([key, request]) => {
      answers.set(key, await reviewer.review(request));
    });
  };
  const answerTo = (request: AccessRequest): AccessAnswer | undefined => {
    const whole = answers.get(formatAccessKey(withoutName(request)));
    return whole?.allowed === true ? whole : answers.get(formatAccessKey(request));
  };
  const isAllowed = (request: AccessRequest): boolean => answerTo(request)?.allowed === true;
  const askAll = async (requests: readonly AccessRequest[]): Promise<void> => {
    await ask(requests.map(withoutName));
    await ask(requests.filter((request) => !isAllowed(request)));
  };

  await askAll(needed);
  const refused = needed.filter((request) => !isAllowed(request) && request.orElse !== 'unknown');
  await askAll(refused.flatMap(({ orElse }) => (orElse === 'unknown' ? [] : (orElse ?? []))));
  const denied: DeniedAccess[] = [];
  for (const request of refused) {
    const { orElse } = request;
    if (orElse !== undefined && orElse !== 'unknown' && orElse.every(isAllowed)) continue;
    denied.push({ request, reason: answerTo(request)?.reason ?? '' });
  }
  return { needed: needed.length, asked, denied };
}

/**
 * Answers what a list of rules can answer, and takes it out.
 *
 * @returns how many lists were asked for
 */
async function lookUp(
  open: Map<string, AccessRequest>,
  answers: Map<string, AccessAnswer>,
  reviewer: AccessReviewer,
): Promise<number> {
  if (reviewer.listRules === undefined) return 0;
  const byNamespace = new Map<string, [string, AccessRequest][]>();
  for (const [key, request] of open) {
    const { namespace, name } = request;
    if (namespace === undefined || name === undefined) continue;
    const list = byNamespace.get(namespace);
    if (list === undefined) byNamespace.set(namespace, [[key, request]]);
    else list.push([key, request]);
  }
  const crowded = [...byNamespace].filter(([, list]) => list.length >= MANY_NAMES);
  await mapBounded(crowded, REVIEWS_AT_ONCE, async ([namespace, list]) => {
    const rules = await reviewer.listRules?.(namespace);
    if (rules === undefined) return;
    for (const [key, request] of list) {
      answers.set(key, { allowed: rules.allows(request), reason: '' });
      open.delete(key);
    }
  });
  return crowded.length;
}

function withoutName(request: AccessRequest): AccessRequest {
  const { verb, group, resource, namespace, path } = request;
  return {
    verb,
    group,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(path === undefined ? {} : { path }),
  };
}

/** One key per access. */
export function formatAccessKey({ verb, group, resource, namespace = '', name = '', path = '' }: AccessRequest): string {
  return JSON.stringify([verb, group, resource, namespace, name, path]);
}
