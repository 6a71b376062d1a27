import type { View } from '../../core/view.ts';
import type { Tenant } from './read-tenants.ts';

const unique = (texts: readonly string[]): string => [...new Set(texts)].join(',');
const orDash = (text: string): string => (text === '' ? '-' : text);

/** The columns of `get tenants`. */
export const TENANT_VIEW: View<Tenant> = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'NAMESPACES', value: ({ namespaces }) => orDash(unique(namespaces.map(({ name }) => name))) },
  { title: 'ACCOUNTS', value: ({ accounts }) => orDash(unique(accounts.map(({ name }) => name))) },
  { title: 'ROLES', value: ({ roles }) => orDash(unique(roles.map(({ kind, name }) => `${kind}/${name}`))) },
  { title: 'QUOTA', value: ({ quotas }) => orDash(unique(quotas.flatMap(({ hard }) => formatPairs(hard)))) },
  { title: 'POLICY', value: ({ admissionPolicies }) => orDash(unique(admissionPolicies)), wide: true },
  { title: 'NETWORK', value: ({ networkPolicies }) => orDash(unique(networkPolicies.map(({ name }) => name))), wide: true },
  { title: 'LIMITS', value: ({ limitRanges }) => orDash(unique(limitRanges.map(({ name }) => name))), wide: true },
  {
    title: 'PODS',
    value: ({ namespaces }) => orDash(unique(namespaces.map(({ podSecurity }) => podSecurity).filter(Boolean))),
    wide: true,
  },
  { title: 'GUARDED', value: ({ admissionPolicies }) => (admissionPolicies.length === 0 ? 'False' : 'True') },
  {
    title: 'READY',
    value: ({ kustomizations }) =>
      kustomizations.length === 0
        ? '-'
        : `${kustomizations.filter(({ ready }) => ready === 'True').length}/${kustomizations.length}`,
  },
];

function formatPairs(quantities: Readonly<Record<string, string>>): string[] {
  return Object.entries(quantities).map(([resource, quantity]) => `${resource}=${quantity}`);
}
