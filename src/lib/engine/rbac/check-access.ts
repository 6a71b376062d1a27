import { mapBounded } from '../../core/map-bounded.ts';
import type { AccessAnswer, AccessReport, AccessRequest, AccessReviewer, DeniedAccess, NeededAccess } from './types.ts';

const REVIEWS_AT_ONCE = 16;

/**
 * Asks the API server for every needed access, once each, and reports all that is refused. A whole kind is asked for
 * before single names: who may patch any ConfigMap may patch each.
 *
 * Effects: reads the cluster (access reviews store nothing)
 *
 * @returns the denials in the order of the requests; one whose alternative nobody could read is not among them
 */
export async function checkAccess(needed: readonly NeededAccess[], reviewer: AccessReviewer): Promise<AccessReport> {
  const answers = new Map<string, AccessAnswer>();
  const ask = async (requests: readonly AccessRequest[]): Promise<void> => {
    const open = new Map(requests.map((request) => [formatAccessKey(request), request]));
    for (const key of answers.keys()) open.delete(key);
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
  return { needed: needed.length, asked: answers.size, denied };
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
