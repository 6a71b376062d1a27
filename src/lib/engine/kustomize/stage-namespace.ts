import { FluxError } from '../../core/errors.ts';
import { applyPath, completeFieldSpec, demandScalar, specsFor } from './field-spec.ts';
import type { FindRules } from './field-spec.ts';
import { formatId, idKey, isClusterScoped } from './ids.ts';
import { isEmpty, isMap, isMissingOrNull, member, setMember, textOf } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { touch } from './resource-set.ts';
import { HELM_GENERATED } from './internal-annotations.ts';
import { currentId, gvkOfNode, metaMap, rememberName, sourceOf } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec } from './types.ts';

/** What the namespace transformer is given. */
export interface NamespaceSettings {
  readonly namespace: string;
  readonly fieldSpecs: readonly FieldSpec[];
  /** True leaves namespaces that are set. */
  readonly unsetOnly?: boolean;
  readonly setRoleBindingSubjects?: string;
  /** Default: looks through the rules each time. */
  readonly findRules?: FindRules;
}

const METADATA_NAMESPACE: FieldSpec = completeFieldSpec({ path: 'metadata/namespace', create: true });

const SUBJECT_MODES: readonly string[] = ['', 'defaultOnly', 'none', 'allServiceAccounts'];

/**
 * Puts resources into a namespace.
 *
 * @throws {FluxError} kustomize/namespace: two resources become the same
 */
export function namespaceStage(settings: NamespaceSettings): Stage {
  const { namespace, setRoleBindingSubjects = '' } = settings;
  if (!SUBJECT_MODES.includes(setRoleBindingSubjects)) {
    throw new FluxError(
      'kustomize/plugin',
      `read setRoleBindingSubjects: invalid value "${setRoleBindingSubjects}": must be one of "defaultOnly", "none" or "allServiceAccounts"`,
    );
  }
  return (set) => {
    if (namespace === '') return;
    for (const resource of set.list) {
      if (resource.node === undefined || isEmpty(resource.node)) continue;
      if (metaMap(resource.node, 'annotations').get(HELM_GENERATED) === 'true') continue;
      rememberName(resource);
      setNamespaces(resource.node, settings);
    }
    touch(set);
    const seen = new Set<string>();
    for (const resource of set.list) {
      const id = currentId(resource);
      const key = idKey(id);
      if (seen.has(key)) {
        const source = sourceOf(resource);
        throw new FluxError(
          'kustomize/namespace',
          `set namespace "${namespace}": namespace transformation produces ID conflict: several resources become ${formatId(id)}`,
          {
            ...(source === undefined ? {} : { source }),
            hint: 'give one of them another name, or leave "namespace" to the overlays',
          },
        );
      }
      seen.add(key);
    }
  };
}

/** Sets the namespaces of one resource. */
export function setNamespaces(node: NodeMap, settings: NamespaceSettings): void {
  const gvk = gvkOfNode(node);
  const set = (old: Node): Node | undefined => {
    demandScalar(old);
    if (settings.unsetOnly === true && !isMissingOrNull(old) && textOf(old) !== '') return undefined;
    return settings.namespace;
  };
  if (!isClusterScoped(gvk)) {
    applyPath(node, METADATA_NAMESPACE, 'scalar', set);
  }
  const isBinding = gvk.kind === 'RoleBinding' || gvk.kind === 'ClusterRoleBinding';
  if (isBinding) setSubjects(node, settings, set);
  const isCoreV1 = textOf(member(node, 'apiVersion')) === 'v1';
  for (const spec of (settings.findRules ?? specsFor)(settings.fieldSpecs, gvk)) {
    if (spec.path === 'metadata/namespace' || (spec.path === 'metadata/name' && !isCoreV1)) continue;
    const isSubjects = spec.path === 'subjects/namespace' && (spec.kind === 'RoleBinding' || spec.kind === 'ClusterRoleBinding');
    if (isBinding && isSubjects) continue;
    applyPath(node, spec, 'scalar', set);
  }
}

function setSubjects(node: NodeMap, settings: NamespaceSettings, set: (old: Node) => Node | undefined): void {
  const { setRoleBindingSubjects: mode = '' } = settings;
  const subjects = member(node, 'subjects');
  if (mode === 'none' || isMissingOrNull(subjects)) return;
  if (!Array.isArray(subjects)) {
    throw new FluxError('kustomize/field-spec', 'set namespace on (cluster)role binding subjects: subjects must be a list');
  }
  for (const subject of subjects) {
    if (!isMap(subject)) continue;
    const fits =
      mode === 'allServiceAccounts'
        ? textOf(member(subject, 'kind')) === 'ServiceAccount'
        : textOf(member(subject, 'name')) === 'default';
    if (!fits) continue;
    const changed = set(member(subject, 'namespace') ?? '');
    if (changed !== undefined) setMember(subject, 'namespace', changed);
  }
}
