import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';

/** Where an object of a tenant goes, and what it is labelled with. */
export interface TenantPlace {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes the quota of one namespace, with the names of resources as they are typed: `cpu` and `memory` count what pods request,
 * `limits.cpu`, `pods`, `requests.storage` and `count/…` what they say.
 *
 * Effects: none
 *
 * @throws {FluxError} tenant/bad-quantity
 */
export function makeQuota(name: string, { namespace, labels }: TenantPlace, hard: Readonly<Record<string, string>>): K8sObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name, namespace, labels: { ...labels } },
    spec: { hard: checkQuantities('quota', hard) },
  };
}

/**
 * Makes what a container requests, and is limited to, that says nothing itself. Under a quota of cpu or memory the API server
 * refuses pods that say nothing; with this they get something to say.
 *
 * Effects: none
 *
 * @throws {FluxError} tenant/bad-quantity
 */
export function makeLimitRange(
  name: string,
  { namespace, labels }: TenantPlace,
  each: Readonly<Record<string, string>>,
): K8sObject {
  const quantities = checkQuantities('limit-range', each);
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name, namespace, labels: { ...labels } },
    spec: { limits: [{ type: 'Container', default: { ...quantities }, defaultRequest: { ...quantities } }] },
  };
}

/** A Kubernetes quantity that is not negative, such as `8`, `0.5`, `500m`, `16Gi`, `1e3`. */
const QUANTITY = /^\+?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

function checkQuantities(flag: string, quantities: Readonly<Record<string, string>>): Record<string, string> {
  for (const [resource, quantity] of Object.entries(quantities)) {
    if (resource !== '' && QUANTITY.test(quantity)) continue;
    throw new FluxError('tenant/bad-quantity', `invalid ${flag} '${resource}=${quantity}': '${quantity}' is no quantity`, {
      hint: `for example: --${flag}=cpu=8,memory=16Gi`,
    });
  }
  return { ...quantities };
}
