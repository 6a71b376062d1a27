import type { CommitContent } from '../support/git-server.ts';
import type { Random } from './random.ts';

/** The Kustomizations of a history: the second depends on the first, the third on nobody. */
export const KUSTOMIZATIONS: Readonly<Record<string, { readonly dependsOn?: readonly string[] }>> = {
  first: {},
  second: { dependsOn: ['first'] },
  third: {},
};

/** One object of a commit. */
export interface Planned {
  readonly kind: string;
  readonly name: string;
  /** Whose it is. */
  readonly owner: string;
  /** Which of its texts it has. */
  readonly version: number;
}

/** A commit, and what is to live after it. */
export interface PlannedCommit {
  readonly files: Readonly<Record<string, CommitContent>>;
  /** By `Kind/name`. */
  readonly objects: ReadonlyMap<string, Planned>;
}

const KINDS = ['ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'Deployment', 'Service'] as const;
/** Of a kind whose change means delete and create. */
const LOCKED = 'LockedConfigMap';

/**
 * Makes a history in which objects of several kinds come, change, go, change hands, and have to be made anew.
 *
 * @param random decides everything
 */
export function makeHistory(commits: number, random: Random): PlannedCommit[] {
  const history: PlannedCommit[] = [];
  let before = new Map<string, Planned>();
  let serial = 0;
  for (let index = 0; index < commits; index++) {
    const objects = new Map(before);
    const some = (most: number): Planned[] => random.sample([...objects.values()], random.below(most + 1));
    const put = (object: Planned): void => void objects.set(`${object.kind}/${object.name}`, object);
    if (index > 0) {
      for (const { kind, name } of some(4)) objects.delete(`${kind}/${name}`);
      for (const object of some(5)) put({ ...object, version: object.version + 1 });
      for (const object of some(2)) put({ ...object, owner: random.pick(Object.keys(KUSTOMIZATIONS)) });
    }
    for (let count = (index === 0 ? 10 : 1) + random.below(6); count > 0; count--) {
      put({
        kind: random.pick([...KINDS, LOCKED]),
        name: `item-${++serial}`,
        owner: random.pick(Object.keys(KUSTOMIZATIONS)),
        version: 1,
      });
    }
    history.push({ files: filesOf(objects), objects });
    before = objects;
  }
  return history;
}

/** The real kind of what is planned. */
export function kindOf({ kind }: Planned): string {
  return kind === LOCKED ? 'ConfigMap' : kind;
}

/** True where nothing but a change of its fields may happen to an object between two commits: it must stay the same one. */
export function isSame(before: Planned, after: Planned | undefined): boolean {
  if (after === undefined || before.owner !== after.owner) return false;
  return before.kind !== LOCKED || before.version === after.version;
}

/** All files, so that one commit replaces another whole. */
function filesOf(objects: ReadonlyMap<string, Planned>): Record<string, CommitContent> {
  const texts: Record<string, string> = Object.fromEntries(
    Object.keys(KUSTOMIZATIONS).map((name) => [`${name}/all.yaml`, '# all\n']),
  );
  for (const object of objects.values()) texts[`${object.owner}/all.yaml`] += `---\n${JSON.stringify(manifestOf(object))}\n`;
  return texts;
}

function manifestOf({ kind, name, version }: Planned): Record<string, unknown> {
  const metadata = { name, labels: { version: `v${version}` } };
  const v1 = { apiVersion: 'v1', kind, metadata };
  const labels = { app: name };
  switch (kind) {
    case 'ConfigMap':
      return { ...v1, data: { version: `v${version}`, [`key-${version}`]: 'x' } };
    case LOCKED: {
      const annotations = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };
      return {
        ...v1,
        kind: 'ConfigMap',
        metadata: { ...metadata, annotations },
        immutable: true,
        data: { version: `v${version}` },
      };
    }
    case 'Secret':
      return { ...v1, stringData: { version: `v${version}` } };
    case 'Service':
      return { ...v1, spec: { selector: labels, ports: [{ port: 8_000 + version }] } };
    case 'Role':
      return {
        ...v1,
        apiVersion: 'rbac.authorization.k8s.io/v1',
        rules: [{ apiGroups: [''], resources: [`r${version}`], verbs: ['get'] }],
      };
    case 'Deployment': {
      const container = { name: 'app', image: `app:${version}` };
      const template = { metadata: { labels }, spec: { containers: [container] } };
      return { ...v1, apiVersion: 'apps/v1', spec: { replicas: 0, selector: { matchLabels: labels }, template } };
    }
    default:
      return v1;
  }
}
