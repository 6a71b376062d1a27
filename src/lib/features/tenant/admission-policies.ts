import { ALLOW_KUBECONFIG_LABEL, GROUP, KUSTOMIZE, TENANT_LABEL } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/** Whom the policies are about. */
export interface PolicyOptions {
  readonly tenant: string;
  readonly namespaces: readonly string[];
  /** The account of the tenant; it has the same name in each namespace. */
  readonly account: string;
  readonly labels: Readonly<Record<string, string>>;
  /** True refuses Git and OCI sources without `spec.verify`. */
  readonly requireVerification: boolean;
  /** True keeps the tenant's accounts from writing NetworkPolicies, which would undo the default-deny. Default: false. */
  readonly networkPolicy?: boolean;
}

/** One sentence of a policy: what must hold, in CEL, and what is said where it does not. */
type Validation = {
  readonly expression: string;
  readonly message: string;
};

/** The name of a tenant's policy, which its binding shares. */
export function policyNameOf(tenant: string): string {
  return `flux-tenant-${tenant}`;
}

/**
 * Makes two ValidatingAdmissionPolicies with their bindings, for the namespaces of one tenant. They are the tenant's own, name
 * its namespaces by the label that the API server itself sets, and need no parameter, so that nothing a tenant may write can
 * loosen them, and two tenants can stand in one folder.
 *
 * - `flux-tenant-NAME`: what may be in these namespaces, whoever writes it: Flux objects act as the tenant's account, refer to
 *   nothing outside and use no other identity; pods do not run as that account.
 * - `flux-tenant-NAME-bounds`: what the accounts of these namespaces may not change: what the platform put there.
 *
 * Objects that are being deleted are let through, or their finalizers could never be taken off.
 *
 * Effects: none
 */
export function makeAdmissionPolicies(options: PolicyOptions): K8sObject[] {
  const name = policyNameOf(options.tenant);
  return [
    ...policyWithBinding(name, options, {
      matchConstraints: { resourceRules: OBJECT_RULES },
      matchConditions: [{ name: 'not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' }],
      variables: [
        { name: 'spec', expression: 'has(dyn(object).spec) ? dyn(object).spec : dyn({})' },
        { name: 'references', expression: REFERENCES },
      ],
      validations: objectValidations(options),
    }),
    ...policyWithBinding(`${name}-bounds`, options, {
      matchConstraints: { resourceRules: boundsRules(options) },
      matchConditions: [
        {
          name: 'by-an-account-of-the-tenant',
          expression: `${list(options.namespaces.map((namespace) => `system:serviceaccount:${namespace}:`))}.exists(prefix, request.userInfo.username.startsWith(prefix))`,
        },
      ],
      variables: [
        {
          name: 'labels',
          expression: 'oldObject != null && has(dyn(oldObject).metadata.labels) ? dyn(oldObject).metadata.labels : dyn({})',
        },
      ],
      validations: boundsValidations(options),
    }),
  ];
}

const rule = (apiGroup: string, resources: readonly string[], operations: readonly string[]): JsonObject => ({
  apiGroups: [apiGroup],
  apiVersions: ['*'],
  operations: [...operations],
  resources: [...resources],
});

/** What the first policy looks at. */
const OBJECT_RULES: JsonObject[] = [
  ...[GROUP.kustomize, GROUP.helm, GROUP.source, GROUP.sourceExtensions, GROUP.notification, GROUP.image].map((group) =>
    rule(group, ['*'], ['CREATE', 'UPDATE']),
  ),
  rule('', ['pods', 'secrets', 'serviceaccounts/token'], ['CREATE']),
];

/** All namespaces that the references of a Flux object name. */
const REFERENCES = [
  '(has(variables.spec.sourceRef) && has(variables.spec.sourceRef.namespace) ? [variables.spec.sourceRef.namespace] : [])',
  '(has(variables.spec.chartRef) && has(variables.spec.chartRef.namespace) ? [variables.spec.chartRef.namespace] : [])',
  '(has(variables.spec.chart) && has(variables.spec.chart.spec) && has(variables.spec.chart.spec.sourceRef) && has(variables.spec.chart.spec.sourceRef.namespace) ? [variables.spec.chart.spec.sourceRef.namespace] : [])',
  '(has(variables.spec.imageRepositoryRef) && has(variables.spec.imageRepositoryRef.namespace) ? [variables.spec.imageRepositoryRef.namespace] : [])',
  ...(
    [
      ['Alert', 'eventSources'],
      ['Receiver', 'resources'],
      ['ArtifactGenerator', 'sources'],
    ] as const
  ).map(
    ([kind, field]) =>
      `(request.kind.kind == '${kind}' && has(variables.spec.${field}) ? variables.spec.${field}.filter(one, has(one.namespace)).map(one, one.namespace) : [])`,
  ),
].join(' + ');

function objectValidations({ account, namespaces, requireVerification }: PolicyOptions): Validation[] {
  const own = list(namespaces);
  return [
    {
      expression: `!(request.kind.kind in ['Kustomization', 'HelmRelease']) || (has(variables.spec.serviceAccountName) && variables.spec.serviceAccountName in ${list([account])})`,
      message: `spec.serviceAccountName must be ${account}`,
    },
    {
      expression: "variables.references.all(one, one == '' || one == request.namespace)",
      message: 'sources and other references must stay in the namespace of the object',
    },
    {
      expression: `!has(variables.spec.dependsOn) || variables.spec.dependsOn.all(one, !has(one.namespace) || one.namespace in ${own})`,
      message: `spec.dependsOn must stay in the namespaces of the tenant: ${namespaces.join(', ')}`,
    },
    {
      expression: `['targetNamespace', 'storageNamespace'].all(field, !(field in variables.spec) || variables.spec[field] in ${own})`,
      message: `spec.targetNamespace and spec.storageNamespace must be namespaces of the tenant: ${namespaces.join(', ')}`,
    },
    {
      expression: `!has(variables.spec.kubeConfig) || (has(namespaceObject.metadata.labels) && '${ALLOW_KUBECONFIG_LABEL}' in namespaceObject.metadata.labels && namespaceObject.metadata.labels['${ALLOW_KUBECONFIG_LABEL}'] == 'true')`,
      message: `spec.kubeConfig is only allowed where the platform has labelled the namespace ${ALLOW_KUBECONFIG_LABEL}=true`,
    },
    {
      expression:
        "!has(variables.spec.provider) || !(variables.spec.provider in ['aws', 'azure', 'gcp']) || has(variables.spec.serviceAccountName)",
      message: "a cloud login must name an account of the namespace in spec.serviceAccountName, not use the controller's",
    },
    {
      expression:
        "request.kind.kind != 'Provider' || !(variables.spec.type in ['azureeventhub', 'azuredevops', 'azuredevopspullrequestcomment', 'googlepubsub']) || has(variables.spec.secretRef) || has(variables.spec.serviceAccountName)",
      message: "a provider must name a Secret or an account of the namespace, not use the controller's login",
    },
    {
      expression:
        '!has(variables.spec.decryption) || has(variables.spec.decryption.secretRef) || has(variables.spec.decryption.serviceAccountName)',
      message: "spec.decryption must name a Secret or an account of the namespace, not use the controller's keys",
    },
    {
      expression: `request.kind.kind != 'Pod' || !has(variables.spec.serviceAccountName) || !(variables.spec.serviceAccountName in ${list([account])})`,
      message: `pods must not run as ${account}, the account that reconciles the tenant`,
    },
    {
      expression:
        "request.kind.kind != 'Secret' || !has(dyn(object).type) || dyn(object).type != 'kubernetes.io/service-account-token'",
      message: 'tokens of accounts must not be stored in Secrets',
    },
    {
      expression: `request.kind.kind != 'TokenRequest' || !(request.name in ${list([account])}) || !${list(namespaces.map((namespace) => `system:serviceaccount:${namespace}:`))}.exists(prefix, request.userInfo.username.startsWith(prefix))`,
      message: `accounts of the tenant must not ask for a token of ${account}`,
    },
    ...(requireVerification
      ? [
          {
            expression: "!(request.kind.kind in ['GitRepository', 'OCIRepository']) || has(variables.spec.verify)",
            message: 'a source must verify signatures: set spec.verify',
          },
          {
            expression: "request.kind.kind != 'Bucket'",
            message: 'a Bucket has no signatures to verify, so it is not allowed here',
          },
        ]
      : []),
  ];
}

function boundsRules({ networkPolicy = false }: PolicyOptions): JsonObject[] {
  return [
    rule('*', ['*'], ['UPDATE', 'DELETE']),
    ...(networkPolicy ? [rule('networking.k8s.io', ['networkpolicies'], ['CREATE'])] : []),
  ];
}

function boundsValidations({ namespaces, networkPolicy = false }: PolicyOptions): Validation[] {
  return [
    {
      expression: `!('${TENANT_LABEL}' in variables.labels)`,
      message: `what carries the label ${TENANT_LABEL} is the platform's`,
    },
    {
      expression: `!('${KUSTOMIZE.namespaceLabel}' in variables.labels) || variables.labels['${KUSTOMIZE.namespaceLabel}'] in ${list(namespaces)}`,
      message: 'the object belongs to a Kustomization outside of the tenant',
    },
    {
      expression: "request.kind.group != '' || request.kind.kind != 'Namespace'",
      message: "the namespace is the platform's",
    },
    ...(networkPolicy
      ? [
          {
            expression: "request.kind.kind != 'NetworkPolicy' || request.operation != 'CREATE'",
            message: "network policies are the platform's: another one would undo the default-deny",
          },
        ]
      : []),
  ];
}

function policyWithBinding(name: string, { labels, namespaces }: PolicyOptions, spec: JsonObject): K8sObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name, labels: { ...labels } },
      spec: { failurePolicy: 'Fail', ...spec },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name, labels: { ...labels } },
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }],
          },
        },
      },
    },
  ];
}

/** A list of texts in CEL. The texts are names that were checked, without quotes. */
function list(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(', ')}]`;
}
