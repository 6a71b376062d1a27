import { CONDITION } from '../../core/flux.ts';
import type { FluxKind } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../core/read-object.ts';

/**
 * What is said of an object that has been reconciled.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/reconcile_*.go successMessage
 */
export function successText(kind: FluxKind, object: K8sObject): string {
  switch (kind.kind) {
    case 'Kustomization':
      return `applied revision ${readText(object, 'status', 'lastAppliedRevision')}`;
    case 'HelmRelease':
      return `applied revision ${readText(readList(object, 'status', 'history')[0], 'chartVersion')}`;
    case 'ImageRepository':
      return `scan fetched ${String(readPath(object, 'status', 'lastScanResult', 'tagCount') ?? 0)} tags`;
    case 'ImagePolicy':
      return `selected ref ${readText(object, 'status', 'latestRef', 'name')}:${readText(object, 'status', 'latestRef', 'tag')}`;
    case 'ImageUpdateAutomation': {
      // The controller says the same whether it has just pushed or found nothing to do.
      const commit = readText(object, 'status', 'lastPushCommit');
      const message = readText(readCondition(object, CONDITION.ready), 'message');
      return commit === '' || message.includes(commit) ? message : `${message}, last pushed commit ${commit}`;
    }
    case 'Receiver':
      return `generated URL ${readText(object, 'status', 'webhookPath')}`;
    default:
      return `fetched revision ${readText(object, 'status', 'artifact', 'revision')}`;
  }
}
