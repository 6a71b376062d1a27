import type { FluxKind } from '../../core/kinds.ts';
import type { Column, View } from '../../core/view.ts';
import type { ObjectRow } from './get-objects.ts';

/** How the table is to look. */
export interface ObjectViewOptions {
  readonly allNamespaces?: boolean;
  readonly showSource?: boolean;
  /** Names objects as `kind/name`, as `get all` does. */
  readonly namedByKind?: boolean;
}

/**
 * The columns of a kind.
 *
 * Source: fluxcd/flux2 cmd/flux/get_*.go
 */
export function objectView(kind: FluxKind, options: ObjectViewOptions = {}): View<ObjectRow> {
  const name: Column<ObjectRow> = {
    title: 'Name',
    value: (row) => (options.namedByKind === true ? `${kind.kind.toLowerCase()}/${row.name}` : row.name),
  };
  const source: Column<ObjectRow> = { title: 'Source', value: (row) => row.source ?? '' };
  return [
    ...(options.allNamespaces === true ? [NAMESPACE] : []),
    name,
    ...(options.showSource === true && SHOWS_SOURCE.has(kind.kind) ? [source] : []),
    ...middleOf(kind),
    READY,
    shortened(kind, MESSAGE),
  ];
}

const NAMESPACE: Column<ObjectRow> = { title: 'Namespace', value: (row) => row.namespace };
const SUSPENDED: Column<ObjectRow> = { title: 'Suspended', value: (row) => (row.suspended ? 'True' : 'False') };
const REVISION: Column<ObjectRow> = { title: 'Revision', value: (row) => row.revision };
const READY: Column<ObjectRow> = { title: 'Ready', value: (row) => row.ready };
const MESSAGE: Column<ObjectRow> = { title: 'Message', value: (row) => row.message };

const SHOWS_SOURCE: ReadonlySet<string> = new Set(['Kustomization', 'HelmRelease']);

function middleOf(kind: FluxKind): View<ObjectRow> {
  switch (kind.kind) {
    case 'ImageRepository':
      return [{ title: 'Last scan', value: (row) => row.lastScan ?? '' }, SUSPENDED];
    case 'ImagePolicy':
      return [
        { title: 'Image', value: (row) => row.image ?? '' },
        { title: 'Tag', value: (row) => row.tag ?? '' },
      ];
    case 'ImageUpdateAutomation':
      return [{ title: 'Last run', value: (row) => row.lastRun ?? '' }, SUSPENDED];
    case 'ExternalArtifact':
      return [shortened(kind, REVISION), { title: 'Source', value: (row) => row.source ?? '' }];
    case 'Receiver':
    case 'Alert':
    case 'ArtifactGenerator':
      return [SUSPENDED];
    case 'Provider':
      return [];
    default:
      return [shortened(kind, REVISION), SUSPENDED];
  }
}

/** Kinds whose revisions and messages name commits and digests; tables cut those to eight characters, results never. */
const HAS_DIGESTS: ReadonlySet<string> = new Set([
  'Kustomization',
  'GitRepository',
  'OCIRepository',
  'Bucket',
  'HelmRepository',
  'ExternalArtifact',
]);

function shortened(kind: FluxKind, column: Column<ObjectRow>): Column<ObjectRow> {
  if (!HAS_DIGESTS.has(kind.kind)) return column;
  return { ...column, value: (row) => column.value(row).replaceAll(/\b[0-9a-f]{40,128}\b/g, (digest) => digest.slice(0, 8)) };
}
