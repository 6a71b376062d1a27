import { GROUP } from '../../../core/flux.ts';
import { formatSubject, type ObjectRef, refOf } from '../../../core/objects.ts';
import { type PolicyRule, rulesOfRole } from '../../../engine/rbac/index.ts';
import { hasFlag, listControllers } from '../controllers.ts';
import {
  allows,
  allowsAll,
  formatHolder,
  formatHolders,
  formatPlace,
  type Grant,
  isBuiltin,
  isEverything,
  listGrants,
  listOf,
} from '../grants.ts';
import type { AuditRule, Finding, Snapshot } from '../types.ts';

const RBAC_LISTS = ['clusterRoles', 'clusterRoleBindings', 'roles', 'roleBindings'] as const;
const APPLIERS: readonly string[] = ['kustomize-controller', 'helm-controller'];
const TOKEN = 'serviceaccounts/token';

/** What is granted beyond need, whoever has it. */
export const CLUSTER_RIGHTS: readonly AuditRule[] = [
  {
    id: 'R2',
    title: 'Nobody of Flux is cluster-admin',
    why: 'who writes a Kustomization or HelmRelease that names no account has the rights of the controller, and with cluster-admin these are all there are',
    needs: RBAC_LISTS,
    find: findClusterAdmins,
  },
  {
    id: 'R3',
    title: 'Editors of a namespace do not get Flux objects by aggregation',
    why: 'the ClusterRole flux-edit flows into the roles edit and admin: whoever may edit a namespace may write Kustomizations in it, and these run with the rights of the controller where no account is forced on them',
    needs: [...RBAC_LISTS, 'deployments'],
    find: findAggregated,
  },
  {
    id: 'R4',
    title: 'Nobody mints tokens of every account',
    why: 'a token of a stronger account is that account: create on serviceaccounts/token without names is all rights of all accounts in that place',
    needs: RBAC_LISTS,
    find: (snapshot) => eachRule(snapshot, (rule) => allowsAll(rule, 'create', '', TOKEN), findTokenMinting),
  },
  {
    id: 'G1',
    title: 'No role grants everything',
    why: 'a rule with * grants also what is invented tomorrow; nobody can say what its holder may do',
    needs: RBAC_LISTS,
    find: (snapshot) =>
      eachRule(
        snapshot,
        ({ apiGroups = [], resources = [] }) => apiGroups.includes('*') && resources.includes('*'),
        (grant, rule) => ({
          severity: grant.namespace === undefined ? ('high' as const) : ('medium' as const),
          subject: grant.role,
          finding: `${formatHolders(grant)} may ${rule.verbs.includes('*') ? 'do everything' : rule.verbs.join(', ')} on every resource ${formatPlace(grant)}`,
          mend: 'name groups, resources and verbs; flux-ts rbac role kustomization NAME prints what a Kustomization needs',
        }),
      ).filter(({ subject }) => subject.name !== 'cluster-admin'),
  },
  {
    id: 'G2',
    title: 'Nobody lists Secrets of the whole cluster',
    why: 'list and watch on Secrets hand out their content, those of every tenant and every token of an account among them',
    needs: RBAC_LISTS,
    find: (snapshot) =>
      listGrants(snapshot)
        .filter(({ namespace }) => namespace === undefined)
        .flatMap((grant) => {
          const rules = (grant.rules ?? []).filter((rule) => !isEverything(rule));
          const verbs = ['list', 'watch'].filter((verb) => rules.some((rule) => allowsAll(rule, verb, '', 'secrets')));
          if (verbs.length === 0 || grant.subjects.length === 0) return [];
          return {
            severity: 'high' as const,
            subject: blamed(grant),
            finding: `${formatHolders(grant)} may ${verbs.join(' and ')} the Secrets of every namespace${bySharedRole(grant)}`,
            mend: isStandard(grant)
              ? NARROWER
              : 'grant get on named Secrets, in a Role of their namespace; Flux’s controllers need get alone with --feature-gates=DisableConfigWatchers=true',
          };
        }),
  },
  {
    id: 'G3',
    title: 'Nobody becomes, binds or escalates without a name',
    why: 'impersonate, bind and escalate without resourceNames are ways to every right in that place',
    needs: RBAC_LISTS,
    find: findEscalation,
  },
];

function findClusterAdmins(snapshot: Snapshot): Finding[] {
  return listGrants(snapshot)
    .filter(({ role, namespace }) => role.name === 'cluster-admin' && role.kind === 'ClusterRole' && namespace === undefined)
    .flatMap((grant) =>
      grant.subjects.map((subject) => {
        const isApplier = subject.namespace === snapshot.fluxNamespace && APPLIERS.includes(subject.name);
        return {
          severity: 'high' as const,
          subject: refOf(grant.binding),
          finding: `${formatHolder(subject)} is cluster-admin${isApplier ? ', as Flux installs it' : ''}`,
          mend: isApplier
            ? 'flux-ts install --rbac=least-privilege; or force an account on every object with --default-service-account, give it its rights, and delete the binding'
            : `flux-ts rbac role kustomization NAME prints what it needs; then kubectl delete clusterrolebinding ${grant.binding.metadata.name}`,
        };
      }),
    );
}

function findAggregated(snapshot: Snapshot): Finding[] {
  const controllers = listControllers(snapshot);
  const admins = listGrants(snapshot)
    .filter(({ role, namespace }) => role.name === 'cluster-admin' && namespace === undefined)
    .flatMap(({ subjects }) => subjects.filter(({ namespace }) => namespace === snapshot.fluxNamespace).map(({ name }) => name));
  const open = APPLIERS.filter((name) => admins.includes(name) && !hasFlag(controllers, name, 'default-service-account'));
  return listOf(snapshot, 'clusterRoles').flatMap((role): Finding[] => {
    const { labels = {}, name } = role.metadata;
    const into = ['edit', 'admin'].filter((word) => labels[`rbac.authorization.k8s.io/aggregate-to-${word}`] === 'true');
    const applied = rulesOfRole(role).filter(
      (rule) => allows(rule, 'create', GROUP.kustomize, 'kustomizations') || allows(rule, 'create', GROUP.helm, 'helmreleases'),
    );
    if (isBuiltin(role) || into.length === 0 || applied.length === 0) return [];
    const consequence = open.length === 0 ? '' : `, and ${open.join(' and ')} would run them as cluster-admin`;
    return [
      {
        severity: open.length === 0 ? 'low' : 'high',
        subject: refOf(role),
        finding: `flows into ${into.join(' and ')}: editors of a namespace may write Kustomizations and HelmReleases${consequence}`,
        mend:
          open.length === 0
            ? `kubectl label clusterrole ${name} ${into.map((word) => `rbac.authorization.k8s.io/aggregate-to-${word}-`).join(' ')}, unless that is meant`
            : `force an account on every object: --default-service-account on ${open.join(' and ')} (flux-ts install --multi-tenant), or delete ClusterRole ${name}`,
      },
    ];
  });
}

/** Kubernetes' own roles for users: what is wrong then is that somebody is bound to them. */
function isStandard({ role }: Grant): boolean {
  return role.kind === 'ClusterRole' && ['admin', 'edit', 'view', 'cluster-admin'].includes(role.name);
}

function blamed(grant: Grant): ObjectRef {
  return isStandard(grant) ? refOf(grant.binding) : grant.role;
}

function bySharedRole(grant: Grant): string {
  return isStandard(grant) ? ` (ClusterRole ${grant.role.name})` : '';
}

const NARROWER = 'bind a narrower role instead: flux-ts rbac role kustomization NAME prints the one that a Kustomization needs';

/** The patch names the rule by its content, and refuses itself where the index has moved on. */
function findTokenMinting(grant: Grant, rule: PolicyRule, index: number): Finding {
  const role = blamed(grant);
  const severity = grant.namespace === undefined ? 'high' : 'medium';
  const finding = `${formatHolders(grant)} may mint tokens of every account ${formatPlace(grant)}${bySharedRole(grant)}`;
  if (isStandard(grant)) return { severity, subject: role, finding, mend: NARROWER };
  const path = `/rules/${index}`;
  const patch = JSON.stringify([
    { op: 'test', path, value: rule },
    { op: 'remove', path },
  ]);
  const place = role.namespace === undefined ? '' : `-n ${role.namespace} `;
  const isAlone = (rule.resources ?? []).every((resource) => resource === TOKEN);
  return {
    severity,
    subject: role,
    finding,
    mend: isAlone
      ? `kubectl ${place}patch ${role.kind.toLowerCase()} ${role.name} --type=json -p '${patch}'`
      : `take ${TOKEN} out of the rule ${JSON.stringify(rule)}; where it is needed, name the accounts in resourceNames`,
  };
}

function findEscalation(snapshot: Snapshot): Finding[] {
  const asked: readonly (readonly [verb: string, group: string, resource: string, what: string])[] = [
    ['impersonate', '', 'serviceaccounts', 'become every account'],
    ['impersonate', '', 'users', 'become every user'],
    ['impersonate', '', 'groups', 'become every group'],
    ['escalate', 'rbac.authorization.k8s.io', 'clusterroles', 'write any right into any ClusterRole'],
    ['escalate', 'rbac.authorization.k8s.io', 'roles', 'write any right into any Role'],
    ['bind', 'rbac.authorization.k8s.io', 'clusterroles', 'bind anybody to any ClusterRole'],
    ['bind', 'rbac.authorization.k8s.io', 'roles', 'bind anybody to any Role'],
  ];
  return listGrants(snapshot).flatMap((grant): Finding[] => {
    const rules = (grant.rules ?? []).filter((rule) => !isEverything(rule));
    const ways = asked.flatMap(([verb, group, resource, what]) =>
      rules.some((rule) => allowsAll(rule, verb, group, resource)) ? [what] : [],
    );
    if (ways.length === 0 || grant.subjects.length === 0) return [];
    return [
      {
        severity: grant.namespace === undefined ? 'high' : 'medium',
        subject: blamed(grant),
        finding: `${formatHolders(grant)} may ${ways.join(', ')} ${formatPlace(grant)}${bySharedRole(grant)}`,
        mend: isStandard(grant) ? NARROWER : 'limit the rule with resourceNames, in a Role of the namespace that it is for',
      },
    ];
  });
}

/** Calls a rule for each grant and each rule of it that fits; what grants everything has rows of its own. */
function eachRule(
  snapshot: Snapshot,
  fits: (rule: PolicyRule) => boolean,
  make: (grant: Grant, rule: PolicyRule, index: number) => Finding,
): Finding[] {
  const found = listGrants(snapshot).flatMap((grant) =>
    (grant.rules ?? []).flatMap((rule, index) => {
      const isAll = isEverything(rule) && grant.role.name === 'cluster-admin';
      return grant.subjects.length === 0 || isAll || !fits(rule) ? [] : [make(grant, rule, index)];
    }),
  );
  return [...new Map(found.map((each) => [`${formatSubject(each.subject)} ${each.finding}`, each])).values()];
}
