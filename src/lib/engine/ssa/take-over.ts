import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject, ManagedFieldsEntry } from '../../core/objects.ts';
import { TAKEN_OFF } from './constants.ts';

/** Field managers whose fields become ours, matched by prefix. */
const TAKEN_OVER: readonly { readonly prefix: string; readonly operations: readonly string[] }[] = [
  { prefix: 'kubectl', operations: ['Apply', 'Update'] },
  { prefix: 'before-first-apply', operations: ['Update'] },
  { prefix: 'kustomize-controller', operations: ['Update'] },
];

/**
 * Makes the JSON patch that takes a live object over from kubectl and earlier tools, so that the next apply removes what
 * they set and Git does not have. Empty where there is nothing to do.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/manager_apply.go cleanupMetadata, ssa/patch.go; kustomize-controller's apply
 *
 * @param fieldManager whose the fields become
 * @param overrideManagers further managers, by prefix
 */
export function formatTakeOverPatch(
  live: K8sObject,
  fieldManager: string,
  overrideManagers: readonly string[] = [],
): JsonValue[] {
  const { annotations = {}, labels = {}, managedFields = [] } = live.metadata;
  const patch: JsonValue[] = [];
  for (const key of TAKEN_OFF.annotations) {
    if (Object.hasOwn(annotations, key)) patch.push({ op: 'remove', path: `/metadata/annotations/${escapePointer(key)}` });
  }
  for (const key of TAKEN_OFF.labels) {
    if (Object.hasOwn(labels, key)) patch.push({ op: 'remove', path: `/metadata/labels/${escapePointer(key)}` });
  }
  const entries = takeOverManagedFields(managedFields, fieldManager, overrideManagers);
  if (entries !== undefined) patch.push({ op: 'replace', path: '/metadata/managedFields', value: entries });
  return patch;
}

/**
 * Joins the entries of the managers that are taken over into the one of our manager, which goes to the end; the first of
 * them becomes it where there is none.
 *
 * Effects: none
 *
 * @returns the new entries, or `undefined` where nothing changes
 */
export function takeOverManagedFields(
  entries: readonly ManagedFieldsEntry[],
  fieldManager: string,
  overrideManagers: readonly string[] = [],
): ManagedFieldsEntry[] | undefined {
  const isTaken = (entry: ManagedFieldsEntry): boolean => {
    if (entry.subresource !== undefined && entry.subresource !== '') return false;
    const manager = entry.manager ?? '';
    if (overrideManagers.some((prefix) => manager.startsWith(prefix))) return true;
    return TAKEN_OVER.some(({ prefix, operations }) => manager.startsWith(prefix) && operations.includes(entry.operation ?? ''));
  };
  let own = entries.findLast((entry) => entry.manager === fieldManager && entry.operation === 'Apply');
  const rest: ManagedFieldsEntry[] = [];
  let isEdited = false;
  for (const entry of entries) {
    if (entry.manager === fieldManager && entry.operation === 'Apply' && entry === own) continue;
    if (!isTaken(entry)) {
      rest.push(entry);
      continue;
    }
    isEdited = true;
    own = own === undefined ? { ...entry, manager: fieldManager, operation: 'Apply' } : { ...own, ...joinFieldsOf(own, entry) };
  }
  return isEdited && own !== undefined ? [...rest, own] : undefined;
}

/**
 * Unites two field sets. A field that one set owns as a whole and the other only in parts is owned as a whole and in parts,
 * which is what the key `.` says.
 *
 * Effects: none
 * Source: structured-merge-diff fieldpath Set.Union and its JSON form
 */
export function uniteFields(a: JsonObject, b: JsonObject): JsonObject {
  const united: JsonObject = { ...a };
  for (const [key, right] of Object.entries(b)) {
    const left = united[key];
    if (!isJsonObject(left) || !isJsonObject(right)) united[key] = left ?? right;
    else if (isLeaf(left) && isLeaf(right)) united[key] = {};
    else if (isLeaf(left)) united[key] = { '.': {}, ...right };
    else if (isLeaf(right)) united[key] = { '.': {}, ...left };
    else united[key] = uniteFields(left, right);
  }
  return united;
}

function joinFieldsOf(own: ManagedFieldsEntry, entry: ManagedFieldsEntry): { fieldsV1?: JsonObject } {
  const fields = own.fieldsV1 === undefined ? entry.fieldsV1 : entry.fieldsV1 && uniteFields(own.fieldsV1, entry.fieldsV1);
  return fields === undefined ? {} : { fieldsV1: fields };
}

function isLeaf(fields: JsonObject): boolean {
  return Object.keys(fields).length === 0;
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
