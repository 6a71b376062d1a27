import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HEAD = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const TIERS: readonly string[] = ['front', 'back', 'data', 'edge'];

/** Numbers that look random and are the same on every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * Writes a fleet of applications: each has a base with Deployment, Service, HorizontalPodAutoscaler, Ingress and a generated
 * ConfigMap, and an overlay with namespace, prefix, labels, images, replicas, patches of both kinds, a generator that merges, a
 * replacement and a component that all share.
 *
 * Effects: writes files
 *
 * @returns the directory to build
 */
export function writeFleet(folder: string, resources: number): string {
  const roll = dice(7);
  const apps = Array.from({ length: resources / 5 }, (_, index) => `app-${String(index).padStart(4, '0')}`);
  write(folder, 'components/common/kustomization.yaml', COMPONENT);
  for (const app of apps) writeApp(folder, app, TIERS[roll(TIERS.length)] as string, roll);
  const overlays = apps.map((app) => `- ../../apps/${app}/prod\n`).join('');
  write(folder, 'clusters/prod/kustomization.yaml', `${HEAD}resources:\n${overlays}${CLUSTER}`);
  return join(folder, 'clusters/prod');
}

const COMPONENT = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- target:
    kind: Deployment
  patch: |-
    - op: add
      path: /spec/template/spec/securityContext
      value:
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
`;

const CLUSTER = `commonAnnotations:
  fleet.example.com/cluster: prod
patches:
- target:
    kind: Deployment
    labelSelector: tier=front
  patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: any
    spec:
      template:
        spec:
          priorityClassName: front
`;

function writeApp(folder: string, app: string, tier: string, roll: (below: number) => number): void {
  const port = 3000 + roll(6000);
  const version = `${1 + roll(8)}.${roll(30)}.${roll(9)}`;
  const base = `apps/${app}/base`;
  write(
    folder,
    `${base}/kustomization.yaml`,
    `${HEAD}resources: [deployment.yaml, service.yaml, hpa.yaml, ingress.yaml]
configMapGenerator:
- name: ${app}-config
  files: [app.properties]
  envs: [defaults.env]
`,
  );
  write(folder, `${base}/deployment.yaml`, deployment(app, tier, port, version, roll));
  write(
    folder,
    `${base}/service.yaml`,
    `apiVersion: v1
kind: Service
metadata:
  name: ${app}
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: ${app}
  ports:
  - name: http
    port: 80
    targetPort: http
`,
  );
  write(
    folder,
    `${base}/hpa.yaml`,
    `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${app}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${app}
  minReplicas: 1
  maxReplicas: ${3 + roll(17)}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: ${50 + roll(45)}
`,
  );
  write(
    folder,
    `${base}/ingress.yaml`,
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${app}
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: "8m"
spec:
  ingressClassName: nginx
  tls:
  - hosts:
    - ${app}.example.com
    secretName: ${app}-tls
  rules:
  - host: ${app}.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: ${app}
            port:
              name: http
`,
  );
  const properties = Array.from({ length: 8 }, (_, at) => `${app}.key${at}=value-${roll(1_000_000)}\n`);
  write(folder, `${base}/app.properties`, properties.join(''));
  write(folder, `${base}/defaults.env`, `LOG_FORMAT=json\nREGION=eu-${1 + roll(3)}\nTIMEOUT=30\n`);
  write(folder, `apps/${app}/prod/kustomization.yaml`, overlay(app, tier, version, roll));
  write(
    folder,
    `apps/${app}/prod/resources.yaml`,
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
spec:
  template:
    spec:
      containers:
      - name: app
        resources:
          limits:
            memory: ${(16 + roll(16)) * 64}Mi
        env:
        - name: TIER
          value: ${tier}-prod
        - name: GOMAXPROCS
          value: "${1 + roll(8)}"
`,
  );
}

function deployment(app: string, tier: string, port: number, version: string, roll: (below: number) => number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  labels:
    app.kubernetes.io/name: ${app}
    tier: ${tier}
spec:
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${app}
  strategy:
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  template:
    metadata:
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "${port}"
      labels:
        app.kubernetes.io/name: ${app}
        tier: ${tier}
    spec:
      containers:
      # the application itself
      - name: app
        image: registry.example.com/${tier}/${app}:${version}
        args:
        - --listen=:${port}
        - --log-level=info
        ports:
        - name: http
          containerPort: ${port}
        envFrom:
        - configMapRef:
            name: ${app}-config
        env:
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: TIER
          value: ${tier}
        - name: PUBLIC_HOST
          value: set-by-replacement
        resources:
          requests:
            cpu: ${(1 + roll(19)) * 50}m
            memory: ${(1 + roll(15)) * 64}Mi
        livenessProbe:
          httpGet: {path: /healthz, port: http}
        readinessProbe:
          httpGet: {path: /readyz, port: http}
        volumeMounts:
        - name: config
          mountPath: /etc/${app}
        - name: cache
          mountPath: /var/cache
      - name: proxy
        image: envoyproxy/envoy:v1.29.0
        ports:
        - name: admin
          containerPort: 9901
      volumes:
      - name: config
        configMap:
          name: ${app}-config
      - name: cache
        emptyDir: {}
`;
}

function overlay(app: string, tier: string, version: string, roll: (below: number) => number): string {
  return `${HEAD}namespace: ${tier}-prod
namePrefix: prod-
resources: [../base]
components: [../../../components/common]
labels:
- pairs:
    app.kubernetes.io/part-of: fleet
    env: prod
  includeTemplates: true
images:
- name: registry.example.com/${tier}/${app}
  newTag: ${version}-prod
- name: envoyproxy/envoy
  newName: mirror.example.com/envoy
  newTag: v1.30.1
replicas:
- name: ${app}
  count: ${2 + roll(7)}
configMapGenerator:
- name: ${app}-config
  behavior: merge
  literals:
  - REGION=us-${1 + roll(3)}
  - FEATURE_X=on
patches:
- path: resources.yaml
- target:
    kind: Ingress
    name: ${app}
  patch: |-
    - op: replace
      path: /spec/rules/0/host
      value: ${app}.prod.example.com
    - op: replace
      path: /spec/tls/0/hosts/0
      value: ${app}.prod.example.com
    - op: add
      path: /metadata/annotations/cert-manager.io~1cluster-issuer
      value: letsencrypt
replacements:
- source:
    kind: Ingress
    name: ${app}
    fieldPath: spec.rules.0.host
  targets:
  - select:
      kind: Deployment
      name: ${app}
    fieldPaths:
    - spec.template.spec.containers.[name=app].env.[name=PUBLIC_HOST].value
`;
}

/**
 * Writes a bundle of large CustomResourceDefinitions, about 75,000 lines of YAML in all, and a kustomization that labels them.
 *
 * Effects: writes files
 *
 * @returns the directory to build
 */
export function writeDefinitions(folder: string): string {
  const roll = dice(11);
  const names = Array.from({ length: 12 }, (_, index) => `Widget${index}`);
  for (const name of names) write(folder, `crds/${name.toLowerCase()}.yaml`, definition(name, roll));
  const list = names.map((name) => `- crds/${name.toLowerCase()}.yaml\n`).join('');
  write(
    folder,
    'kustomization.yaml',
    `${HEAD}resources:\n${list}labels:\n- pairs: {app.kubernetes.io/part-of: widgets}\ncommonAnnotations:\n  widgets.example.com/owner: platform\n`,
  );
  return folder;
}

function definition(kind: string, roll: (below: number) => number): string {
  const plural = `${kind.toLowerCase()}s`;
  const lines = [
    'apiVersion: apiextensions.k8s.io/v1',
    'kind: CustomResourceDefinition',
    'metadata:',
    `  name: ${plural}.widgets.example.com`,
    'spec:',
    '  group: widgets.example.com',
    '  names:',
    `    kind: ${kind}`,
    `    listKind: ${kind}List`,
    `    plural: ${plural}`,
    `    singular: ${kind.toLowerCase()}`,
    '  scope: Namespaced',
    '  versions:',
    '  - name: v1',
    '    served: true',
    '    storage: true',
    '    subresources:',
    '      status: {}',
    '    schema:',
    '      openAPIV3Schema:',
    `        description: ${kind} is the Schema for the ${plural} API.`,
    '        type: object',
    '        properties:',
    '          spec:',
    '            type: object',
    '            properties:',
  ];
  for (let at = 0; at < 12; at++) properties(lines, `section${at}`, 14, 3, roll);
  return `${lines.join('\n')}\n`;
}

const WORDS =
  'the name of this field sets how many times a widget is tried before it counts as broken and what is done then'.split(' ');

/** A property of a schema; those of type object have some of their own. */
function properties(lines: string[], name: string, indent: number, depth: number, roll: (below: number) => number): void {
  const margin = ' '.repeat(indent);
  const words = Array.from({ length: 14 }, () => WORDS[roll(WORDS.length)] as string);
  lines.push(
    `${margin}${name}:`,
    `${margin}  description: |-`,
    `${margin}    ${name} says ${words.slice(0, 7).join(' ')}.`,
    `${margin}    ${words.slice(7).join(' ')}: "quoted", or not.`,
  );
  if (depth > 0) {
    lines.push(`${margin}  properties:`);
    for (let at = 0; at < 3; at++) properties(lines, `part${at}`, indent + 4, depth - 1, roll);
    for (let at = 0; at < 2; at++) properties(lines, `value${at}`, indent + 4, 0, roll);
    lines.push(`${margin}  required:`, `${margin}  - part0`, `${margin}  - value1`, `${margin}  type: object`);
  } else if (roll(3) === 0) {
    lines.push(
      `${margin}  items:`,
      `${margin}    type: string`,
      `${margin}  type: array`,
      `${margin}  x-kubernetes-list-type: set`,
    );
  } else {
    lines.push(`${margin}  default: ${roll(100)}`, `${margin}  maximum: ${100 + roll(1000)}`, `${margin}  type: integer`);
  }
}
