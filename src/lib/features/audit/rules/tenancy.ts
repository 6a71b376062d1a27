import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../../core/objects.ts';
import { readList, readText } from '../../../core/read-object.ts';
import { hasFlag, listControllers } from '../controllers.ts';
import { isEverything, listGrants, listOf } from '../grants.ts';
import type { AuditRule, Finding, ListName, Snapshot } from '../types.ts';

/** Whom the objects of tenants act as, and what they reach. */
export const TENANCY: readonly AuditRule[] = [
  {
    id: 'M4',
    title: 'Flux’s own objects name their account',
    why: 'once a default account is forced on everybody, what names none loses its rights, Flux’s own Kustomization first',
    needs: ['kustomizations', 'helmReleases'],
    find: (snapshot) =>
      appliers(snapshot)
        .filter(({ object, account }) => account === '' && object.metadata.namespace === snapshot.fluxNamespace)
        .map(({ object }) => ({
          severity: 'low' as const,
          subject: refOf(object),
          finding: 'names no account in spec.serviceAccountName',
          mend: 'write serviceAccountName: kustomize-controller (or a narrower account) into its spec, in Git',
        })),
  },
  {
    id: 'M5',
    title: 'Every tenant’s object is applied under the tenant’s account',
    why: 'what is applied as the controller can change everything that the controller can, whoever wrote it',
    needs: ['kustomizations', 'helmReleases', 'deployments', 'clusterRoleBindings', 'serviceAccounts'],
    find: findWithoutAccount,
  },
  {
    id: 'M10',
    title: 'References to other namespaces are known and few',
    why: 'Flux reads the other object with its own rights: RBAC does not guard what crosses a namespace this way',
    needs: ['kustomizations', 'helmReleases', 'alerts', 'receivers', 'imagePolicies', 'imageAutomations', 'artifactGenerators'],
    find: findCrossings,
  },
  {
    id: 'K4',
    title: 'Secrets in sources are encrypted',
    why: 'a Secret in clear text in a repository is known to everybody who ever cloned it',
    needs: ['kustomizations'],
    find: (snapshot) =>
      listOf(snapshot, 'kustomizations').flatMap((object): Finding[] => {
        const secrets = readList(object, 'status', 'inventory', 'entries')
          .map((entry) => readText(entry, 'id'))
          .filter((id) => id.endsWith('__Secret'));
        if (secrets.length === 0 || isJsonObject(specOf(object)['decryption'])) return [];
        return [
          {
            severity: 'medium',
            subject: refOf(object),
            finding: `applies ${secrets.length} Secret${secrets.length === 1 ? '' : 's'} and decrypts nothing`,
            mend: 'encrypt them with SOPS and set spec.decryption; what lay in the history in clear text has to be changed',
            details: secrets,
          },
        ];
      }),
  },
  {
    id: 'K5',
    title: 'Kubeconfigs run nothing and check TLS',
    why: 'a kubeconfig with a command runs it in the controller’s Pod where that is allowed; one that skips TLS gives the login to whoever answers',
    needs: ['kustomizations', 'helmReleases'],
    find: (snapshot) =>
      appliers(snapshot).flatMap(({ object, kubeconfig }) => {
        const login = snapshot.remoteLogins.get(`${object.metadata.namespace ?? ''}/${kubeconfig}`);
        if (login === undefined) return [];
        const problems = [
          ...(login.runsCommand ? ['runs a command'] : []),
          ...(login.skipsTls ? ['does not check TLS'] : []),
          ...(login.namesFiles ? ['names files of the machine that reads it'] : []),
        ];
        if (problems.length === 0) return [];
        return [
          {
            severity: login.namesFiles && problems.length === 1 ? ('low' as const) : ('high' as const),
            subject: refOf(object),
            finding: `the kubeconfig in Secret ${object.metadata.namespace ?? ''}/${kubeconfig} ${problems.join(', ')}`,
            mend: 'put server, certificate-authority-data and a token of a narrow account into it, or use spec.kubeConfig.configMapRef',
          },
        ];
      }),
  },
];

interface Applier {
  readonly object: K8sObject;
  readonly account: string;
  /** Secret with the kubeconfig; empty for this cluster. */
  readonly kubeconfig: string;
  readonly controller: string;
}

function appliers(snapshot: Snapshot): Applier[] {
  const of = (name: ListName, controller: string): Applier[] =>
    listOf(snapshot, name).map((object) => ({
      object,
      account: readText(object, 'spec', 'serviceAccountName'),
      kubeconfig: readText(object, 'spec', 'kubeConfig', 'secretRef', 'name'),
      controller,
    }));
  return [...of('kustomizations', 'kustomize-controller'), ...of('helmReleases', 'helm-controller')];
}

function findWithoutAccount(snapshot: Snapshot): Finding[] {
  const controllers = listControllers(snapshot);
  const accounts = new Set(
    listOf(snapshot, 'serviceAccounts').map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
  const admins = new Set(
    listGrants(snapshot)
      .filter(({ rules, namespace }) => namespace === undefined && rules?.some(isEverything) === true)
      .flatMap(({ subjects }) => subjects.map(({ namespace, name }) => `${namespace}/${name}`)),
  );
  return appliers(snapshot).flatMap(({ object, account, controller, kubeconfig }): Finding[] => {
    const { namespace = '', name } = object.metadata;
    const subject = refOf(object);
    const command = `flux-ts rbac role ${object.kind === 'Kustomization' ? 'kustomization' : 'helmrelease'} ${name} -n ${namespace}`;
    const role =
      object.kind === 'Kustomization' ? `; ${command} --default-service-account=ACCOUNT prints the rights it needs` : '';
    if (account !== '') {
      if (kubeconfig === '' && !accounts.has(`${namespace}/${account}`)) {
        const finding = `acts as ServiceAccount ${namespace}/${account}, which does not exist`;
        return [{ severity: 'medium', subject, finding, mend: `flux-ts create tenant ${account} --with-namespace=${namespace}` }];
      }
      const isAdmin = admins.has(`${namespace}/${account}`) && namespace !== snapshot.fluxNamespace;
      if (!isAdmin) return [];
      const finding = `acts as ServiceAccount ${namespace}/${account}, which may do everything in the cluster`;
      return [{ severity: 'high', subject, finding, mend: `give it what it needs: ${command}` }];
    }
    if (namespace === snapshot.fluxNamespace || hasFlag(controllers, controller, 'default-service-account')) return [];
    const isAdmin = admins.has(`${snapshot.fluxNamespace}/${controller}`);
    return [
      {
        severity: isAdmin ? 'high' : 'medium',
        subject,
        finding: `names no account, so ${controller} applies it${isAdmin ? ' as cluster-admin' : ' with its own rights'}`,
        mend: `set spec.serviceAccountName${role}`,
      },
    ];
  });
}

function findCrossings(snapshot: Snapshot): Finding[] {
  const found: Finding[] = [];
  const look = (name: ListName, refs: (spec: JsonObject) => readonly (readonly [field: string, ref: unknown])[]): void => {
    for (const object of listOf(snapshot, name)) {
      for (const [field, ref] of refs(specOf(object))) {
        if (!isJsonObject(ref as JsonObject)) continue;
        const namespace = readText(ref as JsonObject, 'namespace');
        if (namespace === '' || namespace === object.metadata.namespace) continue;
        const kind = readText(ref as JsonObject, 'kind') || 'object';
        const target = formatSubject({ apiVersion: '', kind, namespace, name: readText(ref as JsonObject, 'name') || '*' });
        found.push({
          severity: 'medium',
          subject: refOf(object),
          finding: `spec.${field} refers to ${target}`,
          mend: 'put a copy of it into the same namespace; then start the controllers with --no-cross-namespace-refs=true',
        });
      }
    }
  };
  const each = (field: string, list: unknown): (readonly [string, unknown])[] =>
    Array.isArray(list) ? list.map((item, index) => [`${field}[${index}]`, item] as const) : [];
  look('kustomizations', (spec) => [['sourceRef', spec['sourceRef']]]);
  look('helmReleases', (spec) => {
    const chart = isJsonObject(spec['chart']) && isJsonObject(spec['chart']['spec']) ? spec['chart']['spec'] : {};
    return [
      ['chartRef', spec['chartRef']],
      ['chart.spec.sourceRef', chart['sourceRef']],
    ];
  });
  look('alerts', (spec) => each('eventSources', spec['eventSources']));
  look('receivers', (spec) => each('resources', spec['resources']));
  look('imagePolicies', (spec) => [['imageRepositoryRef', spec['imageRepositoryRef']]]);
  look('imageAutomations', (spec) => [['sourceRef', spec['sourceRef']]]);
  look('artifactGenerators', (spec) => each('sources', spec['sources']));
  return found;
}

function specOf(object: K8sObject): JsonObject {
  return isJsonObject(object['spec']) ? object['spec'] : {};
}
