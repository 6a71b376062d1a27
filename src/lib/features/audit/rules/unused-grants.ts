import { TENANT_LABEL } from '../../../core/flux.ts';
import { formatSubject, type K8sObject, refOf } from '../../../core/objects.ts';
import { rulesOfRole } from '../../../engine/rbac/index.ts';
import { formatHolder, isBuiltin, listGrants, listOf, type Subject } from '../grants.ts';
import type { AuditRule, Finding, Snapshot } from '../types.ts';

const AGGREGATE_PREFIX = 'rbac.authorization.k8s.io/aggregate-to-';

/** What is granted to nobody, for nothing, or to somebody who is not there. */
export const UNUSED_GRANTS: readonly AuditRule[] = [
  {
    id: 'G4',
    title: 'Rules name only what the cluster serves',
    why: 'a rule for a resource that is not there grants nothing today, and something unforeseen on the day that somebody installs a kind of that name',
    needs: ['clusterRoles', 'roles'],
    find: findUnserved,
  },
  {
    id: 'G5',
    title: 'Roles are bound, and bindings have a role and a subject',
    why: 'what nobody uses is read by nobody, and is there for the first one who binds it',
    needs: ['clusterRoles', 'clusterRoleBindings', 'roles', 'roleBindings'],
    find: findUnused,
  },
  {
    id: 'G6',
    title: 'Bindings name only accounts that are there',
    why: 'who may create the missing account, or log in under that user name, has its rights',
    needs: ['clusterRoleBindings', 'roleBindings', 'serviceAccounts'],
    find: findStaleSubjects,
  },
];

function findUnserved(snapshot: Snapshot): Finding[] {
  const groups = new Set([...snapshot.served].map((key) => key.slice(0, key.lastIndexOf('/'))));
  return [...listOf(snapshot, 'clusterRoles'), ...listOf(snapshot, 'roles')]
    .filter((role) => !isBuiltin(role) && role['aggregationRule'] === undefined)
    .flatMap((role): Finding[] => {
      const missing = rulesOfRole(role).flatMap(({ apiGroups = [], resources = [] }) =>
        apiGroups.flatMap((group) =>
          group === '*'
            ? []
            : resources.flatMap((resource) => {
                const [plural = ''] = resource.split('/');
                if (plural === '*' || isVirtual(group, plural)) return groups.has(group) ? [] : [`everything of ${group}`];
                return snapshot.served.has(`${group}/${plural}`) ? [] : [group === '' ? resource : `${resource}.${group}`];
              }),
        ),
      );
      const unique = [...new Set(missing)];
      if (unique.length === 0) return [];
      const what = unique.length > 3 ? `${unique.slice(0, 3).join(', ')} and ${unique.length - 3} more` : unique.join(', ');
      const isFlux = unique.some((name) => name.startsWith('artifacts.source.'));
      return [
        {
          severity: 'low',
          subject: refOf(role),
          finding: `names ${what}, which ${snapshot.from === 'cluster' ? 'this cluster does' : 'neither Kubernetes nor Flux does'} not serve`,
          mend: isFlux
            ? 'take artifacts out of the rule: artifacts of sources are in their status; only externalartifacts is a kind of its own'
            : 'take these out of the rules, or install what serves them',
          details: unique,
        },
      ];
    });
}

/** Resources that RBAC knows and discovery does not. */
function isVirtual(group: string, plural: string): boolean {
  return group === '' && ['users', 'groups', 'uids', 'userextras'].includes(plural);
}

function findUnused(snapshot: Snapshot): Finding[] {
  const grants = listGrants(snapshot);
  const bound = new Set(grants.map(({ role }) => formatSubject(role)));
  const unbound = [...listOf(snapshot, 'roles'), ...listOf(snapshot, 'clusterRoles')]
    .filter((role) => !isBuiltin(role) && !isAggregated(role) && !bound.has(formatSubject(refOf(role))))
    .map((role): Finding => {
      const place = role.metadata.namespace === undefined ? '' : ` -n ${role.metadata.namespace}`;
      return {
        severity: 'low',
        subject: refOf(role),
        finding: 'is bound to nobody',
        mend: `kubectl delete ${role.kind.toLowerCase()} ${role.metadata.name}${place}`,
      };
    });
  const broken = grants.flatMap(({ binding, role, rules, subjects }): Finding[] => {
    const isRead = snapshot.from === 'cluster';
    if (rules !== undefined && subjects.length > 0) return [];
    if (rules === undefined && !isRead) return [];
    return [
      {
        severity: 'low',
        subject: refOf(binding),
        finding: rules === undefined ? `binds ${formatSubject(role)}, which is not there` : 'has no subject',
        mend: `kubectl delete ${binding.kind.toLowerCase()} ${binding.metadata.name}${binding.metadata.namespace === undefined ? '' : ` -n ${binding.metadata.namespace}`}`,
      },
    ];
  });
  return [...unbound, ...broken];
}

function isAggregated(role: K8sObject): boolean {
  return Object.keys(role.metadata.labels ?? {}).some(
    (label) => label.startsWith(AGGREGATE_PREFIX) || label.includes('/aggregate-to-'),
  );
}

function findStaleSubjects(snapshot: Snapshot): Finding[] {
  const accounts = new Set(
    listOf(snapshot, 'serviceAccounts').map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
  return listGrants(snapshot).flatMap(({ binding, subjects }) =>
    subjects.flatMap((subject): Finding[] => {
      const problem = problemOf(subject, accounts);
      if (problem === undefined) return [];
      const isTenant = binding.metadata.labels?.[TENANT_LABEL] !== undefined;
      return [
        {
          severity: subject.kind === 'User' ? 'medium' : 'low',
          subject: refOf(binding),
          finding: `names ${formatHolder(subject)}, ${problem}`,
          mend:
            isTenant && subject.kind === 'User'
              ? `flux-ts create tenant ${binding.metadata.labels?.[TENANT_LABEL] ?? ''} --with-namespace=${binding.metadata.namespace ?? ''} writes the binding without it`
              : 'take the subject out of the binding, or create the account if it is meant to be there',
        },
      ];
    }),
  );
}

function problemOf({ kind, name, namespace }: Subject, accounts: ReadonlySet<string>): string | undefined {
  if (kind === 'User' && /^gotk:.*:reconciler$/.test(name)) return 'a user name that Flux does not use any more';
  if (kind === 'ServiceAccount' && !accounts.has(`${namespace}/${name}`)) return 'which does not exist';
  return undefined;
}
