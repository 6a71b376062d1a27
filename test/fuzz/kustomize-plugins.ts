import fc from 'fast-check';

const TRANSFORMERS: readonly string[] = [
  'kind: PrefixTransformer\nmetadata: {name: t1}\nprefix: pre-\nfieldSpecs:\n- path: metadata/name\n',
  'kind: PrefixTransformer\nmetadata: {name: t1}\nprefix: pre-\nfieldSpecs:\n- {path: metadata/name, kind: ConfigMap}\n- {path: spec/a, kind: Widget}\n',
  'kind: SuffixTransformer\nmetadata: {name: t2}\nsuffix: -suf\nfieldSpecs: [{path: metadata/name, group: apps}]\n',
  'kind: PrefixSuffixTransformer\nmetadata: {name: t3}\nprefix: a-\nsuffix: -z\nfieldSpecs: [{path: metadata/name}]\n',
  'kind: NamespaceTransformer\nmetadata: {name: t4, namespace: other}\nfieldSpecs:\n- {path: metadata/namespace, create: true}\n',
  'kind: NamespaceTransformer\nmetadata: {name: t4, namespace: other}\nunsetOnly: true\n',
  'kind: NamespaceTransformer\nmetadata: {name: t4, namespace: other}\nsetRoleBindingSubjects: allServiceAccounts\nfieldSpecs:\n- {path: metadata/namespace, create: true}\n- {path: subjects/namespace, kind: RoleBinding}\n- {path: spec/service/namespace, kind: APIService, create: true}\n',
  'kind: NamespaceTransformer\nmetadata: {name: t4, namespace: other}\nsetRoleBindingSubjects: none\nunsetOnly: true\nfieldSpecs: [{path: metadata/name, kind: Namespace, create: true}]\n',
  'kind: LabelTransformer\nmetadata: {name: t5}\nlabels: {app: x, "y": "1"}\nfieldSpecs:\n- {path: metadata/labels, create: true}\n- {path: spec/selector, version: v1, kind: Service, create: true}\n- {path: spec/template/metadata/labels, create: true, kind: Deployment}\n',
  'kind: LabelTransformer\nmetadata: {name: t5}\nlabels: {app: x}\nfieldSpecs: [{path: "spec/items[]/labels", kind: Widget, create: true}]\n',
  'kind: AnnotationsTransformer\nmetadata: {name: t6}\nannotations: {note: x, z: "true"}\nfieldSpecs:\n- {path: metadata/annotations, create: true}\n- {path: spec/nested, kind: Widget}\n',
  'kind: ImageTagTransformer\nmetadata: {name: t7}\nimageTag: {name: nginx, newTag: "9"}\nfieldSpecs:\n- {path: "spec/parts[]/image"}\n- {path: spec/template/spec/containers/image}\n',
  'kind: ImageTagTransformer\nmetadata: {name: t7}\nimageTag: {name: busybox, newName: box, digest: "sha256:00"}\n',
  'kind: ReplicaCountTransformer\nmetadata: {name: t8}\nreplica: {name: web, count: 7}\nfieldSpecs: [{path: spec/replicas, create: true, kind: Deployment}]\n',
  'kind: PatchTransformer\nmetadata: {name: t9}\npatch: \'[{"op": "add", "path": "/metadata/annotations", "value": {"p": "q"}}]\'\ntarget: {kind: ConfigMap}\n',
  'kind: PatchTransformer\nmetadata: {name: t9}\npatch: |-\n  apiVersion: v1\n  kind: X\n  metadata: {name: x}\n  data: {added: "1"}\ntarget: {kind: ConfigMap|Secret}\noptions: {allowNameChange: true}\n',
  'kind: PatchJson6902Transformer\nmetadata: {name: t10}\ntarget: {version: v1, kind: ConfigMap, name: web}\njsonOp: \'[{"op": "add", "path": "/data/j", "value": "k"}]\'\n',
  'kind: PatchStrategicMergeTransformer\nmetadata: {name: t11}\npatches: |-\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: web}\n  data: {s: "m"}\n',
  'kind: ReplacementTransformer\nmetadata: {name: t12}\nreplacements:\n- source: {kind: ConfigMap, name: web}\n  targets:\n  - select: {kind: Widget}\n    fieldPaths: [spec.a]\n',
  'kind: ValueAddTransformer\nmetadata: {name: t13}\nvalue: added\ntargets:\n- selector: {kind: ConfigMap}\n  fieldPath: data/one\n- fieldPath: metadata/name\n  filePathPosition: 0\n',
  'kind: ValueAddTransformer\nmetadata: {name: t13}\nvalue: added\ntargets:\n- fieldPath: metadata/annotations/note\n  filePathPosition: 2\n',
  'kind: HashTransformer\nmetadata: {name: t14}\n',
];

const GENERATORS: readonly string[] = [
  'kind: ConfigMapGenerator\nmetadata: {name: made, namespace: prod, labels: {a: b}}\nname: made\nliterals: [a=b, "c=d e"]\n',
  'kind: ConfigMapGenerator\nmetadata: {name: g2}\nname: made2\nliterals: [a=1]\noptions: {disableNameSuffixHash: true, immutable: true, labels: {l: "1"}}\n',
  'kind: SecretGenerator\nmetadata: {name: g3}\nname: made3\ntype: example.com/x\nliterals: [a=b]\n',
  'kind: IAMPolicyGenerator\nmetadata: {name: g4}\ncloud: gke\nkubernetesService: {namespace: prod, name: web}\nserviceAccount: {name: s, projectId: p}\n',
];

const BUILT_IN = 'apiVersion: builtin\n';

/** How a plugin's configuration is given. */
export interface PluginSeed {
  readonly text: string;
  /** True: it stands in the kustomization itself. */
  readonly isInline: boolean;
}

const pluginsOf = (texts: readonly string[]): fc.Arbitrary<PluginSeed[]> =>
  fc.uniqueArray(fc.record({ text: fc.constantFrom(...texts.map((text) => BUILT_IN + text)), isInline: fc.boolean() }), {
    selector: ({ text }) => text.split('\n')[2],
    minLength: 1,
    maxLength: 2,
  });

/** Configurations of built-in transformers; they serve as validators too. */
export const transformers: fc.Arbitrary<PluginSeed[]> = pluginsOf(TRANSFORMERS);

/** Configurations of built-in generators. */
export const generators: fc.Arbitrary<PluginSeed[]> = pluginsOf(GENERATORS);

/** Files of rules of place. */
export const configuration: fc.Arbitrary<string> = fc.constantFrom(
  'nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - {path: spec/configMapRef/name, kind: Widget}\n',
  'nameReference:\n- kind: Secret\n  fieldSpecs:\n  - {path: spec/secretRef, kind: Gadget}\n  - {path: spec/secretRef/name, kind: Gadget}\n',
  'nameReference:\n- {kind: Widget, group: example.com, fieldSpecs: [{path: roleRef/name}, {path: "spec/list[]", kind: Widget}]}\n',
  'namePrefix: [{path: spec/a, kind: Widget}]\nnameSuffix: [{path: metadata/labels/app}]\n',
  'namespace:\n- {path: spec/ns, kind: Widget, create: true}\n- {path: spec/nested/ns, kind: Widget}\n',
  'commonLabels:\n- {path: spec/nested, kind: Widget, create: true}\n- {path: "spec/items[]/labels", kind: Widget, create: true}\n',
  'labels: [{path: spec/labels, kind: Widget, create: true}]\ntemplateLabels: [{path: spec/podSpec/labels, kind: Gadget, create: true}]\n',
  'commonAnnotations:\n- {path: spec/nested/k, kind: Widget}\n- {path: spec/new, group: example.com, create: true}\n',
  'varReference:\n- {path: spec/a, kind: Widget}\n- {path: spec/list, kind: Widget}\n- {path: data, kind: ConfigMap}\n- {path: metadata/labels}\n',
  'images:\n- {path: "spec/parts[]/image", kind: Gadget}\n- {path: spec/a, kind: Widget}\n',
  'replicas:\n- {path: spec/count, kind: Widget, create: true}\n- {path: spec/replicas, kind: DaemonSet}\n',
  'images: [{path: spec/nothing, create: true}]\nvarReference: []\n',
);

/** A file named in `crds`. */
export const CRD_FILE: string = JSON.stringify({
  'example.com/v1.Widget': {
    Schema: {
      'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Widget', version: 'v1' }],
      properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: {}, spec: { $ref: 'x.Spec' } },
    },
  },
  'x.Spec': {
    Schema: {
      properties: {
        configMapRef: {
          'x-kubernetes-object-ref-api-version': 'v1',
          'x-kubernetes-object-ref-kind': 'ConfigMap',
          'x-kubernetes-object-ref-name-key': 'name',
        },
        nested: { 'x-kubernetes-annotation': '' },
        empty: { 'x-kubernetes-label-selector': '', 'x-kubernetes-identity': '' },
      },
    },
  },
});

/** A schema of the user's own kinds, named in `openapi`. */
export const SCHEMA_FILE: string = JSON.stringify({
  definitions: {
    'com.example.v1beta1.Gadget': {
      'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Gadget', version: 'v1beta1' }],
      properties: {
        spec: {
          properties: {
            parts: {
              type: 'array',
              items: { properties: { id: { type: 'string' } } },
              'x-kubernetes-patch-merge-key': 'id',
              'x-kubernetes-patch-strategy': 'merge',
            },
            podSpec: { $ref: '#/definitions/io.k8s.api.core.v1.PodSpec' },
          },
        },
      },
    },
    'com.example.v1.Widget': {
      'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Widget', version: 'v1' }],
      properties: {
        spec: {
          properties: {
            items: {
              type: 'array',
              items: { $ref: '#/definitions/com.example.v1.Item' },
              'x-kubernetes-list-map-keys': ['name'],
              'x-kubernetes-patch-strategy': 'merge',
            },
          },
        },
      },
    },
    'com.example.v1.Item': { properties: { name: { type: 'string' } } },
  },
});
