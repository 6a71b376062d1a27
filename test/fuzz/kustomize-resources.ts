import fc from 'fast-check';
import { oddMembers } from './odd-documents.ts';
import { placeScalar, scalarText, stringText } from './odd-scalars.ts';

/** A resource to be written. */
export interface ResourceSeed {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: readonly (readonly [string, string])[];
  readonly annotations: readonly (readonly [string, string])[];
  readonly values: readonly string[];
  /** The name of another one that it refers to. */
  readonly refers: string;
  readonly flow: boolean;
  /** Members written in an unusual way, for kinds that may have any. */
  readonly odd: string | undefined;
}

const KINDS = [
  'ConfigMap',
  'Secret',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'Service',
  'Ingress',
  'ServiceAccount',
  'RoleBinding',
  'ClusterRoleBinding',
  'Role',
  'HorizontalPodAutoscaler',
  'PersistentVolumeClaim',
  'Namespace',
  'Widget',
  'NetworkPolicy',
  'DaemonSet',
  'Job',
  'Pod',
  'ClusterRole',
  'PersistentVolume',
  'StorageClass',
  'PodDisruptionBudget',
  'ValidatingWebhookConfiguration',
  'APIService',
  'CustomResourceDefinition',
  'Gadget',
] as const;

/** What is generated. */
export type ResourceKind = (typeof KINDS)[number];

/** Names that come back, so that references find something. */
export const NAMES: readonly string[] = ['web', 'db', 'app-config', 'default', 'x.y'];

/** Namespaces that come back. */
export const NAMESPACES: readonly string[] = ['default', 'prod', 'stage'];

const pairs = (keys: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<(readonly [string, string])[]> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 3, selector: ([key]) => key });

/** Any resource. */
export const resourceSeed: fc.Arbitrary<ResourceSeed> = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('ConfigMap', 'Deployment', 'Service') },
    { weight: 3, arbitrary: fc.constantFrom(...KINDS) },
  ),
  name: fc.constantFrom(...NAMES),
  namespace: fc.option(fc.constantFrom(...NAMESPACES), { nil: undefined, freq: 3 }),
  labels: pairs(['app', 'tier', 'app.kubernetes.io/name', 'y'], stringText),
  annotations: pairs(['note', 'example.com/port', 'config.kubernetes.io/local-config'], stringText),
  values: fc.array(scalarText, { minLength: 4, maxLength: 4 }),
  refers: fc.constantFrom(...NAMES),
  flow: fc.boolean(),
  odd: oddMembers,
});

const API_VERSIONS: Readonly<Record<ResourceKind, string>> = {
  ConfigMap: 'v1',
  Secret: 'v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  CronJob: 'batch/v1',
  Service: 'v1',
  Ingress: 'networking.k8s.io/v1',
  ServiceAccount: 'v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PersistentVolumeClaim: 'v1',
  Namespace: 'v1',
  Widget: 'example.com/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  Pod: 'v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  PersistentVolume: 'v1',
  StorageClass: 'storage.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
  APIService: 'apiregistration.k8s.io/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  Gadget: 'example.com/v1beta1',
};

/** The apiVersion of a kind. */
export function apiVersionOf(kind: ResourceKind): string {
  return API_VERSIONS[kind];
}

/** Writes a resource as a user would. */
export function writeResource(seed: ResourceSeed): string {
  const { kind, name, namespace, labels, annotations } = seed;
  const map = (field: string, entries: readonly (readonly [string, string])[]) =>
    entries.length === 0
      ? ''
      : `  ${field}:\n${entries.map(([key, value]) => `    ${key}: ${placeScalar(value, 4)}\n`).join('')}`;
  const meta = `metadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}${map('labels', labels)}${map('annotations', annotations)}`;
  return `apiVersion: ${API_VERSIONS[kind]}\nkind: ${kind}\n${meta}${bodyOf(seed)}`;
}

function bodyOf({ kind, values, refers, name, flow, odd }: ResourceSeed): string {
  const [a = 'a', b = 'b', c = 'c', d = 'd'] = values;
  switch (kind) {
    case 'ConfigMap':
      return `data:\n  one: ${placeScalar(a, 2)}\n  two: ${placeScalar(b, 2)}\n`;
    case 'Secret':
      return `type: Opaque\nstringData:\n  one: ${placeScalar(a, 2)}\n`;
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet': {
      const claims =
        kind === 'StatefulSet' && flow
          ? `  volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {storageClassName: ${refers}}\n`
          : '';
      const selector = flow && kind === 'Deployment' ? '' : `  selector:\n    matchLabels: {app: ${name}}\n`;
      return `spec:\n  replicas: 2\n${selector}  template:\n${podTemplate(4, refers, a, b, flow)}${claims}`;
    }
    case 'Job':
      return `spec:\n  template:\n${podTemplate(4, refers, a, b, flow)}`;
    case 'Pod':
      return podTemplate(0, refers, a, b, flow).replace(/^metadata:\n {2}labels: .*\n/, '');
    case 'CronJob':
      return `spec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n${podTemplate(8, refers, a, b, flow)}`;
    case 'Service':
      return `spec:\n  selector: {app: ${name}}\n  ports:\n  - name: http\n    port: 80\n  - {name: dns, port: 53, protocol: UDP}\n  note: ${placeScalar(a, 2)}\n`;
    case 'Ingress':
      return `spec:\n  tls:\n  - {hosts: [x.example.com], secretName: ${refers}}\n  rules:\n  - host: x.example.com\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend: {service: {name: ${refers}, port: {number: 80}}}\n`;
    case 'ServiceAccount':
      return `imagePullSecrets:\n- name: ${refers}\n`;
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return `roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: ${refers}\nsubjects:\n- kind: ServiceAccount\n  name: ${refers}\n${flow ? '  namespace: prod\n' : ''}- {kind: User, name: someone}\n`;
    case 'Role':
    case 'ClusterRole':
      return `rules:\n- apiGroups: [""]\n  resources: [secrets]\n  resourceNames: [${refers}]\n  verbs: [get]\n`;
    case 'HorizontalPodAutoscaler':
      return `spec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${refers}}\n  minReplicas: 1\n`;
    case 'PersistentVolumeClaim':
      return `spec:\n  volumeName: ${refers}\n  resources: {requests: {storage: 1Gi}}\n`;
    case 'Namespace':
      return '';
    case 'PersistentVolume':
      return `spec:\n  storageClassName: ${refers}\n  claimRef: {name: ${refers}, namespace: prod}\n`;
    case 'StorageClass':
      return `provisioner: example.com/x\nparameters: {a: ${flow ? 'b' : '"1"'}}\n`;
    case 'PodDisruptionBudget':
      return `spec:\n  selector: {matchLabels: {app: ${name}}${flow ? ', matchExpressions: []' : ''}}\n  minAvailable: 50%\n`;
    case 'ValidatingWebhookConfiguration':
      return `webhooks:\n- name: a.example.com\n  clientConfig: {service: {name: ${refers}, namespace: ${flow ? 'prod' : 'default'}, path: /x}}\n- name: b.example.com\n  clientConfig: {url: https://x}\n`;
    case 'APIService':
      return `spec:\n  service: {name: ${refers}${flow ? ', namespace: prod' : ''}}\n  group: x\n`;
    case 'CustomResourceDefinition':
      return `spec:\n  scope: ${flow ? 'Cluster' : 'Namespaced'}\n  names: {kind: Widget, plural: widgets}\n  conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: ${refers}, namespace: prod}}}}\n`;
    case 'Gadget':
      return `spec:\n  secretRef: {name: ${refers}, key: k}\n  parts:\n  - {id: a, image: nginx, value: 1}\n  - {id: b, image: "busybox:1", value: 2}\n  podSpec:\n    containers:\n    - {name: c, image: 'registry.example.com/team/app:1.0'}\n  a: ${placeScalar(a, 2)}\nstatus: {}\n`;
    case 'NetworkPolicy':
      return `spec:\n  podSelector: {matchLabels: {app: ${name}}}\n  ingress:\n  - from:\n    - podSelector: {matchLabels: {app: ${refers}}}\n`;
    case 'Widget':
      return `spec:\n  a: ${placeScalar(a, 2)}\n  list:\n  - ${placeScalar(b, 2)}\n  - ${placeScalar(c, 2)}\n  items:\n  - name: one\n    value: ${placeScalar(d, 4)}\n  - name: two\n  nested: {k: {l: [1, 2, {m: x}]}, empty: {}, none: []}\n  configMapRef: {name: ${refers}}\n${odd === undefined ? '' : `  ${odd}\n`}`;
  }
}

function podTemplate(indent: number, refers: string, a: string, b: string, flow: boolean): string {
  const lines = [
    'metadata:',
    '  labels: {app: web}',
    'spec:',
    '  serviceAccountName: default',
    '  initContainers:',
    '  - name: init',
    '    image: busybox',
    '  containers:',
    '  - name: app',
    '    image: registry.example.com/team/app:1.0',
    '    env:',
    `    - {name: PLAIN, value: "1"}`,
    `    - name: ODD`,
    `      value: ${placeScalar(a, indent + 6)}`,
    '    - name: REF',
    `      valueFrom: {configMapKeyRef: {name: ${refers}, key: one}}`,
    '    envFrom:',
    `    - secretRef: {name: ${refers}}`,
    '    ports:',
    '    - containerPort: 80',
    ...(flow ? ['      protocol: TCP', '    - containerPort: 80', '      protocol: UDP'] : ['      name: http']),
    `    args: [--x, $(VAR)]`,
    '  - name: side',
    '    image: nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    `    note: ${placeScalar(b, indent + 4)}`,
    '  volumes:',
    '  - name: config',
    `    configMap: {name: ${refers}}`,
    `  - {name: tmp, emptyDir: {}}`,
  ];
  const margin = ' '.repeat(indent);
  return lines.map((line) => `${margin}${line}\n`).join('');
}
