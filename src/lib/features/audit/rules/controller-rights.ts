import type { ObjectRef } from '../../../core/objects.ts';
import { type Access, findExcess, findMissing, formatAccesses, formatMinimum } from '../compare-rights.ts';
import { CONTROLLER_PROFILES } from '../controller-needs.ts';
import { formatPlace, type Grant, isEverything, listGrants } from '../grants.ts';
import type { AuditRule, Finding, Severity, Snapshot } from '../types.ts';

const INSTALL = 'flux-ts install --rbac=least-privilege gives each controller a role of its own; or narrow this one by hand';

/** What the controllers hold, beside what their code calls. */
export const CONTROLLER_RIGHTS: readonly AuditRule[] = [
  {
    id: 'R1',
    title: 'Controllers hold only what their code calls',
    why: 'a controller that is taken over can do all that its account may; each right that it never uses is only of use to an intruder',
    needs: ['clusterRoles', 'clusterRoleBindings', 'roles', 'roleBindings'],
    find: (snapshot) =>
      joinControllers(controllerGrants(snapshot).flatMap(({ controller, grant }) => findTooMuch(controller, grant))),
  },
  {
    id: 'R5',
    title: 'Controllers hold what their code calls',
    why: 'a controller that lacks a right fails at the one call that needs it, often long after it was installed',
    needs: ['clusterRoles', 'clusterRoleBindings', 'roles', 'roleBindings'],
    find: (snapshot) => findTooLittle(snapshot),
  },
];

interface ControllerGrant {
  readonly controller: string;
  readonly grant: Grant;
}

/** The grants of the controllers' accounts. Those of cluster-admin have a row of their own. */
function controllerGrants(snapshot: Snapshot): ControllerGrant[] {
  return listGrants(snapshot).flatMap((grant) =>
    grant.subjects.flatMap(({ kind, name, namespace }) =>
      kind === 'ServiceAccount' && namespace === snapshot.fluxNamespace && Object.hasOwn(CONTROLLER_PROFILES, name)
        ? [{ controller: name, grant }]
        : [],
    ),
  );
}

/** A finding about a controller, before those that are alike are joined. */
interface ControllerFinding extends Omit<Finding, 'finding'> {
  readonly controller: string;
  readonly about: (who: string) => string;
}

/** Controllers that share a role share its findings. */
function joinControllers(found: readonly ControllerFinding[]): Finding[] {
  const groups = new Map<string, [ControllerFinding, ...ControllerFinding[]]>();
  for (const each of found) {
    const key = JSON.stringify([each.severity, each.subject, each.about(''), each.details, each.mend]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()].map((group) => {
    const { controller: _controller, about, ...first } = group[0];
    return { ...first, finding: about(group.map(({ controller }) => controller).join(', ')) };
  });
}

function findTooMuch(controller: string, grant: Grant): ControllerFinding[] {
  const profile = CONTROLLER_PROFILES[controller];
  const { rules, role } = grant;
  if (rules === undefined || profile === undefined || rules.some(isEverything)) return [];
  const { neverCalled, appliedForUsers, conditional } = findExcess(rules, profile);
  const place = formatPlace(grant);
  const found: ControllerFinding[] = [];
  const add = (accesses: readonly Access[], about: ControllerFinding['about'], mend: string, mildest: Severity): void => {
    if (accesses.length === 0) return;
    const severity = accesses.some(isDangerous) ? 'high' : mildest;
    found.push({ severity, subject: role, controller, about, mend, details: formatAccesses(accesses) });
  };
  add(neverCalled, (who) => `grants ${who} what it never calls, ${place}: ${sumUp(neverCalled)}`, INSTALL, 'low');
  add(
    appliedForUsers,
    (who) => `grants ${who} itself what it applies for others, ${place}: ${sumUp(appliedForUsers)}`,
    'name an account in spec.serviceAccountName, grant these to it in its namespace (flux-ts rbac role kustomization NAME), and take them out here',
    'medium',
  );
  for (const [when, accesses] of conditional) {
    if (!accesses.some(isDangerous)) continue;
    add(accesses, (who) => `grants ${who} what it calls ${when}, ${place}: ${sumUp(accesses)}`, mendOf(when), 'medium');
  }
  return found;
}

/** Reading every Secret, minting tokens and writing what others apply are ways to all rights there are. */
function isDangerous({ verb, group, resource }: Access): boolean {
  if (['kustomizations', 'helmreleases'].includes(resource)) return ['create', 'update', 'patch'].includes(verb);
  if (group === '' && ['secrets', '*'].includes(resource)) return ['list', 'watch', '*'].includes(verb);
  return group === '' && resource === 'serviceaccounts/token' && ['create', '*'].includes(verb);
}

function mendOf(when: string): string {
  if (when.includes('DisableConfigWatchers')) {
    return 'start the controller with --feature-gates=DisableConfigWatchers=true and take these out; it then needs get alone';
  }
  return 'take these out where that is not used';
}

function findTooLittle(snapshot: Snapshot): Finding[] {
  const byController = new Map<string, Grant[]>();
  for (const { controller, grant } of controllerGrants(snapshot)) {
    byController.set(controller, [...(byController.get(controller) ?? []), grant]);
  }
  return [...byController].flatMap(([controller, grants]) => {
    const profile = CONTROLLER_PROFILES[controller];
    const rules = grants.flatMap((grant) => grant.rules ?? []);
    if (profile === undefined || rules.some(isEverything)) return [];
    const missing = findMissing(rules, profile);
    if (missing.length === 0) return [];
    const subject: ObjectRef = grants[0]?.role ?? { apiVersion: 'v1', kind: 'ServiceAccount', name: controller };
    return {
      severity: 'medium' as const,
      subject,
      finding: `does not grant ${controller} what it calls: ${sumUp(missing)}`,
      mend: `bind it to at least this role as well; impersonate on the serviceaccounts of tenants comes on top`,
      details: formatAccesses(missing),
      manifests: [formatMinimum(controller, profile)],
    };
  });
}

function sumUp(accesses: readonly Access[]): string {
  const worstFirst = accesses.toSorted((left, right) => Number(isDangerous(right)) - Number(isDangerous(left)));
  const lines = formatAccesses(worstFirst).map((line) => {
    const [verbs = '', names = ''] = line.split(': ');
    // What is Flux's needs no group to be known.
    const all = names.split(', ').map((name) => name.replace(/\.(?:[a-z]+)\.(?:toolkit|extensions)\.fluxcd\.io$/, ''));
    const shown = all.length > 4 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} others` : all.join(', ');
    return `${verbs} on ${shown}`;
  });
  return lines.length > 3 ? `${lines.slice(0, 2).join('; ')}; and more` : lines.join('; ');
}
