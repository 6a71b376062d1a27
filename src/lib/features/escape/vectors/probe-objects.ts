import { GROUP } from '../../../core/flux.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { K8sObject } from '../../../core/objects.ts';
import { PROBE } from '../world.ts';

const SOURCE = { kind: 'GitRepository', name: PROBE };

const make = (apiVersion: string, kind: string, namespace: string, spec: JsonObject): K8sObject => ({
  apiVersion,
  kind,
  metadata: { name: PROBE, namespace },
  spec,
});

/** A Kustomization that names the account it is given; otherwise as a tenant may have it. */
export function kustomization(namespace: string, account: string | undefined, spec: JsonObject = {}): K8sObject {
  return make(`${GROUP.kustomize}/v1`, 'Kustomization', namespace, {
    interval: '10m',
    prune: true,
    sourceRef: SOURCE,
    ...(account === undefined ? {} : { serviceAccountName: account }),
    ...spec,
  });
}

/** A HelmRelease, the same. */
export function helmRelease(namespace: string, account: string | undefined, spec: JsonObject = {}): K8sObject {
  return make(`${GROUP.helm}/v2`, 'HelmRelease', namespace, {
    interval: '10m',
    ...(spec['chartRef'] === undefined ? { chart: { spec: { chart: './chart', sourceRef: SOURCE } } } : {}),
    ...(account === undefined ? {} : { serviceAccountName: account }),
    ...spec,
  });
}

/** A GitRepository without a signature to verify. */
export function gitRepository(namespace: string, spec: JsonObject = {}): K8sObject {
  return make(`${GROUP.source}/v1`, 'GitRepository', namespace, {
    interval: '10m',
    url: 'https://git.example.com/probe.git',
    ref: { branch: 'main' },
    ...spec,
  });
}

/** An OCIRepository. */
export function ociRepository(namespace: string, spec: JsonObject = {}): K8sObject {
  return make(`${GROUP.source}/v1`, 'OCIRepository', namespace, {
    interval: '10m',
    url: 'oci://registry.example.com/probe',
    ref: { tag: 'latest' },
    ...spec,
  });
}

/** An Alert about objects of another namespace. */
export function alert(namespace: string, from: string): K8sObject {
  return make(`${GROUP.notification}/v1beta3`, 'Alert', namespace, {
    providerRef: { name: PROBE },
    eventSources: [{ kind: 'Kustomization', name: '*', namespace: from }],
  });
}

/** A Receiver that triggers objects of another namespace. */
export function receiver(namespace: string, of: string): K8sObject {
  return make(`${GROUP.notification}/v1`, 'Receiver', namespace, {
    type: 'generic-hmac',
    secretRef: { name: PROBE },
    resources: [{ kind: 'Kustomization', name: '*', namespace: of, matchLabels: { probe: PROBE } }],
  });
}

/** An ArtifactGenerator over a source of another namespace. */
export function artifactGenerator(namespace: string, from: string): K8sObject {
  return make(`${GROUP.sourceExtensions}/v1beta1`, 'ArtifactGenerator', namespace, {
    sources: [{ alias: 'probe', kind: 'GitRepository', name: PROBE, namespace: from }],
    artifacts: [{ name: PROBE, copy: [{ from: '@probe/**', to: '@artifact/' }] }],
  });
}

/** An ImageRepository. */
export function imageRepository(namespace: string, spec: JsonObject = {}): K8sObject {
  return make(`${GROUP.image}/v1`, 'ImageRepository', namespace, {
    interval: '10m',
    image: 'registry.example.com/probe',
    ...spec,
  });
}

/** A Provider that logs in to a cloud with whatever identity it is run under. */
export function cloudProvider(namespace: string): K8sObject {
  return make(`${GROUP.notification}/v1beta3`, 'Provider', namespace, {
    type: 'googlepubsub',
    address: 'probe-project',
    channel: 'probe',
  });
}

/** An ImagePolicy over an ImageRepository of another namespace. */
export function imagePolicy(namespace: string, from: string): K8sObject {
  return make(`${GROUP.image}/v1`, 'ImagePolicy', namespace, {
    imageRepositoryRef: { name: PROBE, namespace: from },
    policy: { alphabetical: {} },
  });
}

/** An ImageUpdateAutomation that pushes to a repository of another namespace. */
export function imageAutomation(namespace: string, from: string): K8sObject {
  return make(`${GROUP.image}/v1`, 'ImageUpdateAutomation', namespace, {
    interval: '10m',
    sourceRef: { ...SOURCE, namespace: from },
    git: { commit: { author: { email: 'probe@example.com' } } },
  });
}

/** A pod that runs as an account, and is otherwise beyond reproach. */
export function pod(namespace: string, account: string): K8sObject {
  return make('v1', 'Pod', namespace, {
    serviceAccountName: account,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image: 'registry.example.com/probe:latest',
        resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  });
}

/** A Secret that the cluster would fill with a token of an account. */
export function tokenSecret(namespace: string, account: string): K8sObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: { name: PROBE, namespace, annotations: { 'kubernetes.io/service-account.name': account } },
  };
}

/** A ConfigMap. */
export function configMap(namespace: string): K8sObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: PROBE, namespace } };
}

/** A NetworkPolicy that lets everything through. */
export function openNetwork(namespace: string): K8sObject {
  return make('networking.k8s.io/v1', 'NetworkPolicy', namespace, {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{}],
    egress: [{}],
  });
}
