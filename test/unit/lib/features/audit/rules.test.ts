import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFiles } from '../../../../../src/lib/features/audit/read-files.ts';
import { AUDIT_RULES } from '../../../../../src/lib/features/audit/rules/index.ts';
import { runAudit } from '../../../../../src/lib/features/audit/run-audit.ts';
import { bound, clusterOf, findingsOf, format, NOW } from './snapshot.ts';

const controller = (name: string, args: string, rest = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: flux-system, labels: {app.kubernetes.io/component: ${name}, app.kubernetes.io/version: v2.9.4}}
spec: {template: {spec: {containers: [{name: manager, image: "x/${name}:v1", args: [${args}]${rest}}]}}}
---
`;

describe('the rows of the audit', () => {
  it('have ids of their own, a reason each, and a way to be checked', () => {
    assert.equal(new Set(AUDIT_RULES.map(({ id }) => id)).size, AUDIT_RULES.length);
    for (const { id, title, why, manual, find, needs = [] } of AUDIT_RULES) {
      assert.ok(title !== '' && why !== '', id);
      assert.ok((manual === undefined) !== (find === undefined), `${id} is either automatic or manual`);
      if (find !== undefined) assert.ok(needs.length > 0, `${id} says what it looks at`);
    }
    const listed =
      'S1 S2 S3 S4 S5 P1 P2 P3 P4 P5 R1 R2 R3 R4 H1 H2 K1 K2 K3 K4 M1 M2 M3 M4 M5 M6 M7 M8 M9 M10 D1 D2 C1 C2 C3 C4 C5 C6';
    for (const id of listed.split(' '))
      assert.ok(
        AUDIT_RULES.some((rule) => rule.id === id),
        id,
      );
  });

  it('say what the role of the tutorial grants too much and too little', () => {
    const path = 'rbac-kustomize-controller.yaml';
    const text = TUTORIAL_ROLE;
    const report = runAudit(readFiles([{ path, text }], 'flux-system'), { now: NOW });
    const found = report.findings.filter(({ id }) => id === 'R1' || id === 'R5');
    assert.deepEqual(
      found.map((finding) => `${finding.id} ${format(finding).replace(/:.*?:.*/, '')} ${finding.details.length}`),
      [
        'R1 high ClusterRole/flux-kustomize-controller 5',
        'R1 high ClusterRole/flux-kustomize-controller 1',
        'R1 medium ClusterRole/flux-kustomize-controller 3',
        'R5 medium ClusterRole/flux-kustomize-controller 4',
      ],
    );
    const [never, , applied, lacking] = found;
    assert.ok(never?.details.includes('create, update, delete: kustomizations.kustomize.toolkit.fluxcd.io'));
    assert.ok(
      never?.details.includes('get, list, watch: helmrepositories.source.toolkit.fluxcd.io, helmcharts.source.toolkit.fluxcd.io'),
    );
    assert.ok(applied?.details.some((line) => line.startsWith('create, get, patch, delete: deployments.apps')));
    assert.deepEqual(lacking?.details, [
      'patch: kustomizations/status.kustomize.toolkit.fluxcd.io',
      'get, list, watch: ocirepositories.source.toolkit.fluxcd.io',
      'create, patch: events',
      'get, create, update: leases.coordination.k8s.io',
    ]);
    assert.equal(lacking?.manifests[0]?.kind, 'ClusterRole');
    assert.deepEqual(never?.position, { file: path, line: 1 });
  });

  it('R2: name whoever is cluster-admin, and leave out what Kubernetes binds itself', () => {
    const binding = (name: string, labels: string): string =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: ${name}, labels: {${labels}}}\nroleRef: {kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: kustomize-controller, namespace: flux-system}]\n---\n`;
    assert.deepEqual(findingsOf(binding('mine', '') + binding('theirs', 'kubernetes.io/bootstrapping: rbac-defaults'), 'R2'), [
      'high ClusterRoleBinding/mine: ServiceAccount flux-system/kustomize-controller is cluster-admin, as Flux installs it',
    ]);
  });

  it('R4: find token minting by what a rule says, and mend that very rule', () => {
    const rules = `[{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get]}, {apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]`;
    const report = runAudit(clusterOf(bound('source-controller', rules)), { now: NOW });
    const [finding] = report.findings.filter(({ id }) => id === 'R4');
    assert.equal(
      finding?.mend,
      `kubectl patch clusterrole wide --type=json -p '[{"op":"test","path":"/rules/1","value":{"apiGroups":[""],"resources":["serviceaccounts/token"],"verbs":["create"]}},{"op":"remove","path":"/rules/1"}]'`,
    );
    const named = bound('x', `[{apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [a], verbs: [create]}]`);
    assert.deepEqual(findingsOf(named, 'R4'), []);
  });

  it('G1 to G3: find wide, secret-listing and escalating roles, whatever form the rule has', () => {
    assert.equal(findingsOf(bound('x', `[{apiGroups: ["*"], resources: ["*"], verbs: [get]}]`), 'G1').length, 1);
    assert.equal(findingsOf(bound('x', `[{apiGroups: ["", apps], resources: ["*"], verbs: ["*"]}]`), 'G2').length, 1);
    assert.equal(findingsOf(bound('x', `[{apiGroups: [""], resources: [secrets], verbs: [get]}]`), 'G2').length, 0);
    assert.deepEqual(findingsOf(bound('x', `[{apiGroups: [""], resources: [serviceaccounts], verbs: [impersonate]}]`), 'G3'), [
      'high ClusterRole/wide: ServiceAccount flux-system/x may become every account in the whole cluster',
    ]);
    const named = `[{apiGroups: [""], resources: [serviceaccounts], resourceNames: [a], verbs: [impersonate]}]`;
    assert.deepEqual(findingsOf(bound('x', named), 'G3'), []);
  });

  it('G4: find rules for what is not served, such as the artifacts of tutorials', () => {
    const rules = `[{apiGroups: [source.toolkit.fluxcd.io], resources: [artifacts, gitrepositories, gitrepositories/status], verbs: [get]}]`;
    assert.deepEqual(findingsOf(bound('x', rules), 'G4'), [
      'low ClusterRole/wide: names artifacts.source.toolkit.fluxcd.io, which this cluster does not serve',
    ]);
  });

  it('G5, G6: find unused grants and stale subjects', () => {
    const yaml = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: alone, namespace: apps}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: dev-team-reconciler, namespace: apps, labels: {toolkit.fluxcd.io/tenant: dev-team}}
roleRef: {kind: ClusterRole, name: gone}
subjects: [{kind: User, name: "gotk:apps:reconciler"}, {kind: ServiceAccount, name: dev-team, namespace: apps}]
`;
    assert.deepEqual(findingsOf(yaml, 'G5'), [
      'low Role/apps/alone: is bound to nobody',
      'low RoleBinding/apps/dev-team-reconciler: binds ClusterRole/gone, which is not there',
    ]);
    assert.deepEqual(findingsOf(yaml, 'G6'), [
      'medium RoleBinding/apps/dev-team-reconciler: names User gotk:apps:reconciler, a user name that Flux does not use any more',
      'low RoleBinding/apps/dev-team-reconciler: names ServiceAccount apps/dev-team, which does not exist',
    ]);
  });

  it('M1, M2, K1, K3: read the flags of the controllers, in each way they can be written', () => {
    const yaml = controller(
      'kustomize-controller',
      '--no-cross-namespace-refs, --insecure-kubeconfig-exec=true, --no-remote-bases, "true"',
    );
    assert.deepEqual(findingsOf(yaml, 'M1'), []);
    assert.deepEqual(findingsOf(yaml, 'K3'), []);
    assert.equal(findingsOf(yaml, 'K1').length, 1);
    assert.equal(findingsOf(yaml, 'M2').length, 1);
    assert.equal(findingsOf(controller('kustomize-controller', '--default-service-account=default'), 'M2').length, 0);
    assert.equal(findingsOf(controller('source-watcher', ''), 'M1').length, 1, 'the published patch forgets this one');
  });

  it('P1 to P4: look at containers and their Pod', () => {
    const hardened = `, securityContext: {capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true, seccompProfile: {type: RuntimeDefault}, runAsNonRoot: true}`;
    for (const id of ['P1', 'P2', 'P3', 'P4']) {
      assert.equal(findingsOf(controller('source-controller', ''), id).length, 1, id);
      assert.equal(findingsOf(controller('source-controller', '', hardened), id).length, 0, id);
    }
  });

  it('M5, M10, K4: look at what is applied, under whose rights, from where', () => {
    const yaml = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: apps}
spec: {sourceRef: {kind: GitRepository, name: team, namespace: flux-system}}
status: {inventory: {entries: [{id: apps_db__Secret, v: v1}, {id: apps_conf__ConfigMap, v: v1}]}}
---
${bound('kustomize-controller', `[{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]`, 'boss')}
`;
    assert.deepEqual(findingsOf(yaml, 'M5'), [
      'high Kustomization/apps/web: names no account, so kustomize-controller applies it as cluster-admin',
    ]);
    assert.deepEqual(findingsOf(yaml, 'M10'), [
      'medium Kustomization/apps/web: spec.sourceRef refers to GitRepository/flux-system/team',
    ]);
    assert.deepEqual(findingsOf(yaml, 'K4'), ['medium Kustomization/apps/web: applies 1 Secret and decrypts nothing']);
  });

  it('C5 to C7: look at sources and receivers', () => {
    const yaml = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: apps}
spec: {url: "http://git.example.com/team", secretRef: {name: login}}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: hook, namespace: apps}
spec: {type: generic, resources: []}
`;
    assert.equal(findingsOf(yaml, 'C5').length, 1);
    assert.deepEqual(findingsOf(yaml, 'C7'), ['high GitRepository/apps/team: is fetched over plain HTTP']);
    assert.equal(findingsOf(yaml, 'C6').length, 1);
  });

  it('P5, M9: look at the fences of the namespaces that Flux works in', () => {
    const yaml = `
apiVersion: v1
kind: Namespace
metadata: {name: apps, labels: {toolkit.fluxcd.io/tenant: a}}
---
apiVersion: v1
kind: Namespace
metadata: {name: other}
`;
    assert.deepEqual(findingsOf(yaml, 'P5'), ['medium Namespace/apps: enforces no pod security level']);
    assert.equal(findingsOf(yaml, 'M9').length, 1);
    const policy = `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: apps}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n`;
    assert.equal(findingsOf(yaml + policy, 'M9').length, 0);
  });
});

/** The role of the tutorial, shortened. */
const TUTORIAL_ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: flux-kustomize-controller}
rules:
- {apiGroups: [apps], resources: [deployments, statefulsets, daemonsets], verbs: [create, get, list, watch, update, patch, delete]}
- {apiGroups: [""], resources: [pods, services, configmaps, secrets, serviceaccounts, persistentvolumeclaims], verbs: [create, get, list, watch, update, patch, delete]}
- {apiGroups: [networking.k8s.io], resources: [ingresses, networkpolicies], verbs: [create, get, list, watch, update, patch, delete]}
- {apiGroups: [kustomize.toolkit.fluxcd.io], resources: [kustomizations], verbs: [create, get, list, watch, update, patch, delete]}
- {apiGroups: [source.toolkit.fluxcd.io], resources: [gitrepositories, helmrepositories, helmcharts, buckets], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: flux-kustomize-controller}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: flux-kustomize-controller}
subjects: [{kind: ServiceAccount, name: kustomize-controller, namespace: flux-system}]
`;
