import { APP_LABEL, FLUX_VERSION } from '../../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { refOf } from '../../../core/objects.ts';
import { readList, readText } from '../../../core/read-object.ts';
import { addFlag, type Controller, imageOf, isOn, listControllers } from '../controllers.ts';
import type { AuditRule, Finding, Severity, Snapshot } from '../types.ts';

const CROSS_NAMESPACE: readonly string[] = [
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
  'image-reflector-controller',
  'image-automation-controller',
  'source-watcher',
];
const IMPERSONATES: readonly string[] = ['kustomize-controller', 'helm-controller'];

/** How the controllers are started and fenced in. */
export const CONTROLLER_SETTINGS: readonly AuditRule[] = [
  {
    id: 'S5',
    title: 'Flux is current',
    why: 'the three newest minor versions get security fixes; older ones get none',
    needs: ['deployments'],
    find: (snapshot) => listControllers(snapshot).flatMap(findOutdated),
  },
  podRule('P1', 'Containers drop all capabilities', 'a capability is a way out of the container', (pod, container) =>
    readList(container, 'securityContext', 'capabilities', 'drop').includes('ALL') ? undefined : 'capabilities: {drop: [ALL]}',
  ),
  podRule('P2', 'Containers have a read-only root', 'what cannot be written cannot be planted', (pod, container) =>
    flagOf(container, 'readOnlyRootFilesystem') === true ? undefined : 'readOnlyRootFilesystem: true',
  ),
  podRule(
    'P3',
    'Containers run under the runtime’s seccomp profile',
    'it closes system calls that nobody needs',
    (pod, container) =>
      [pod, container].some((each) =>
        ['RuntimeDefault', 'Localhost'].includes(readText(each, 'securityContext', 'seccompProfile', 'type')),
      )
        ? undefined
        : 'seccompProfile: {type: RuntimeDefault}',
  ),
  podRule('P4', 'Containers do not run as root', 'root in a container is root on the node once it is out', (pod, container) => {
    const runAsNonRoot = flagOf(container, 'runAsNonRoot') ?? flagOf(pod, 'runAsNonRoot');
    return runAsNonRoot === true ? undefined : 'runAsNonRoot: true';
  }),
  flagRule(
    'H1',
    'helm-controller runs no commands of kubeconfigs',
    ['helm-controller'],
    'insecure-kubeconfig-exec',
    false,
    'high',
  ),
  flagRule('H2', 'helm-controller checks the TLS of kubeconfigs', ['helm-controller'], 'insecure-kubeconfig-tls', false, 'high'),
  flagRule(
    'K1',
    'kustomize-controller runs no commands of kubeconfigs',
    ['kustomize-controller'],
    'insecure-kubeconfig-exec',
    false,
    'high',
  ),
  flagRule(
    'K2',
    'kustomize-controller checks the TLS of kubeconfigs',
    ['kustomize-controller'],
    'insecure-kubeconfig-tls',
    false,
    'high',
  ),
  flagRule('K3', 'kustomize-controller builds no remote bases', ['kustomize-controller'], 'no-remote-bases', true, 'medium'),
  flagRule('M1', 'Objects refer to nothing in other namespaces', CROSS_NAMESPACE, 'no-cross-namespace-refs', true, 'medium'),
  {
    id: 'M2',
    title: 'An account acts wherever none is named',
    why: 'without one, a Kustomization or HelmRelease that names no account is applied with the rights of the controller. Before it is set, Flux’s own objects must name their accounts (M4)',
    needs: ['deployments'],
    find: (snapshot) =>
      listControllers(snapshot)
        .filter(({ name, flags }) => IMPERSONATES.includes(name) && (flags.get('default-service-account') ?? '') === '')
        .map((controller) => ({
          severity: 'high' as const,
          subject: refOf(controller.object),
          finding: `${controller.name} is started without --default-service-account`,
          mend: addFlag(controller, '--default-service-account=default'),
        })),
  },
  {
    id: 'M3',
    title: 'Workload identity is that of an account of the tenant',
    why: 'with object-level identity on, an object that names no account uses the cloud identity of the controller, which may read every tenant’s registries and keys',
    needs: ['deployments'],
    find: (snapshot) => listControllers(snapshot).flatMap(findIdentity),
  },
  {
    id: 'M7',
    title: 'Shards watch apart',
    why: 'two controllers that watch the same objects undo one another’s work',
    needs: ['deployments'],
    find: findOverlaps,
  },
];

function podRule(
  id: string,
  title: string,
  why: string,
  lacks: (pod: JsonObject, container: JsonObject) => string | undefined,
): AuditRule {
  return {
    id,
    title,
    why,
    needs: ['deployments'],
    find: (snapshot) =>
      listControllers(snapshot).flatMap(({ object, podSpec, containers }) =>
        containers.flatMap((container): Finding[] => {
          const missing = lacks(podSpec, container);
          if (missing === undefined) return [];
          return [
            {
              severity: 'medium',
              subject: refOf(object),
              finding: `container ${readText(container, 'name')} lacks ${missing}`,
              mend: `set spec.template.spec.containers[].securityContext.${missing}`,
            },
          ];
        }),
      ),
  };
}

function flagRule(
  id: string,
  title: string,
  names: readonly string[],
  flag: string,
  wanted: boolean,
  severity: Severity,
): AuditRule {
  const whys: Readonly<Record<string, string>> = {
    'insecure-kubeconfig-exec': 'whoever writes a kubeconfig Secret runs commands in the controller’s Pod (CVE-2022-24817)',
    'insecure-kubeconfig-tls': 'the login to another cluster goes to whoever answers',
    'no-remote-bases': 'a repository could pull in manifests that nobody reviewed, from wherever it likes, with every build',
    'no-cross-namespace-refs': 'sources, receivers and alerts of other tenants can be used by naming them; RBAC is not asked',
  };
  return {
    id,
    title,
    why: whys[flag] ?? '',
    needs: ['deployments'],
    find: (snapshot) =>
      listControllers(snapshot)
        .filter((controller) => names.includes(controller.name) && isOn(controller, flag) !== wanted)
        .map((controller) => ({
          severity,
          subject: refOf(controller.object),
          finding: wanted
            ? `${controller.name} is started without --${flag}=true`
            : `${controller.name} is started with --${flag}`,
          mend: wanted ? addFlag(controller, `--${flag}=true`) : `take --${flag} out of the arguments`,
        })),
  };
}

function findOutdated({ object, name, version, containers }: Controller): Finding[] {
  const image = containers.map(imageOf).find((text) => text.includes(name)) ?? '';
  const minor = (text: string): number | undefined => {
    const found = /^v2\.(\d+)\./.exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const here = minor(version);
  const newest = minor(FLUX_VERSION) ?? 0;
  const subject = refOf(object);
  const mend = `flux-ts install, or bootstrap again, brings ${FLUX_VERSION}`;
  if (image.endsWith(':latest') || (image !== '' && !/[:@][^/]+$/.test(image))) {
    return [{ severity: 'medium', subject, finding: `runs an image without a version: ${image}`, mend }];
  }
  if (here === undefined || here > newest - 3) return [];
  return [
    {
      severity: 'medium',
      subject,
      finding: `is of Flux ${version}; ${APP_LABEL.version} of a supported one is v2.${newest - 2} or later`,
      mend,
    },
  ];
}

function findIdentity(controller: Controller): Finding[] {
  const gates = (controller.flags.get('feature-gates') ?? '').split(',');
  if (!gates.includes('ObjectLevelWorkloadIdentity=true')) return [];
  const wanted: Readonly<Record<string, readonly string[]>> = {
    'kustomize-controller': ['default-decryption-service-account', 'default-kubeconfig-service-account'],
    'helm-controller': ['default-kubeconfig-service-account'],
  };
  const flags = wanted[controller.name] ?? ['default-service-account'];
  return flags
    .filter((flag) => (controller.flags.get(flag) ?? '') === '')
    .map((flag) => ({
      severity: 'medium',
      subject: refOf(controller.object),
      finding: `has object-level identity on and no --${flag}`,
      mend: addFlag(controller, `--${flag}=default`),
    }));
}

function findOverlaps(snapshot: Snapshot): Finding[] {
  const seen = new Map<string, Controller>();
  return listControllers(snapshot).flatMap((controller): Finding[] => {
    const selector = controller.flags.get('watch-label-selector') ?? '';
    const key = `${controller.name} ${controller.object.metadata.namespace ?? ''} ${selector}`;
    const other = seen.get(key);
    seen.set(key, controller);
    if (other === undefined) return [];
    return [
      {
        severity: 'high',
        subject: refOf(controller.object),
        finding: `watches the same objects as Deployment ${other.object.metadata.name}: --watch-label-selector=${selector || '(all)'}`,
        mend: 'give each shard a --watch-label-selector of its own, and the main one the rest',
      },
    ];
  });
}

function flagOf(object: JsonObject, name: string): boolean | undefined {
  const context = object['securityContext'];
  const value = isJsonObject(context) ? context[name] : undefined;
  return typeof value === 'boolean' ? value : undefined;
}
