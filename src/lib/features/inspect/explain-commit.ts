import { isFluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { groupOf, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { redact } from '../../core/redact.ts';
import { fromMemory } from '../../engine/filesys/index.ts';
import type { FetchedTree } from '../../engine/git/index.ts';
import type { Explanation } from './explain-object.ts';
import { type CausePlace, locateCause } from './locate-cause.ts';
import type { ObjectGetter } from './ports.ts';
import { suggestMend } from './suggest-mend.ts';

/** The commit of a source, or why it could not be read. */
export type CommitFinding =
  | {
      readonly id: string;
      /** First line of its message. */
      readonly subject: string;
      /** Name, without address. */
      readonly author: string;
      /** RFC 3339; when it was committed. */
      readonly time: string;
      /** What sets that which is wrong, where that can be known. */
      readonly place?: CausePlace;
    }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Fetches the commit of a revision of a GitRepository, with its files. */
export type FetchCommit = (repository: K8sObject, revision: string) => Promise<FetchedTree>;

/**
 * Adds to an explanation the commit that the object is from, and the place in it. That it cannot be read is told, and no error:
 * the explanation is worth having without it.
 *
 * Effects: reads the cluster; those of `fetchCommit`
 */
export async function explainCommit(
  explanation: Explanation,
  kube: ObjectGetter,
  fetchCommit: FetchCommit,
): Promise<Explanation> {
  const source = explanation.from.find(({ kind }) => kind === 'GitRepository');
  if (source === undefined) return explanation;
  try {
    const { namespace, name } = source;
    const repository = await kube.get({ apiVersion: `${GROUP.source}/v1`, kind: 'GitRepository', namespace, name });
    const owner = ownerOf(explanation);
    const kustomization = owner === undefined ? undefined : await kube.get(owner);
    // What was tried last is what the cluster has: it may have been applied, and not have become ready.
    const revision = readText(kustomization, 'status', 'lastAttemptedRevision') || source.revision;
    if (repository === undefined || revision === undefined) return explanation;
    const { commit, entries } = await fetchCommit(repository, revision);
    const files = new Map(entries.filter(({ type }) => type === 'file').map(({ path, bytes }) => [path, bytes]));
    const place = kustomization === undefined ? undefined : locateCause(explanation, { kustomization, files: fromMemory(files) });
    const { object, below, from } = explanation;
    const mend = suggestMend(object, below, from, place);
    return {
      ...explanation,
      commit: {
        id: commit.id,
        subject: redact(commit.subject),
        author: redact(commit.author.name),
        time: new Date(commit.committer.timeSeconds * 1000).toISOString().replace('.000Z', 'Z'),
        ...(place === undefined ? {} : { place }),
      },
      ...(mend === undefined ? {} : { mend }),
    };
  } catch (error) {
    if (!isFluxError(error)) throw error;
    return { ...explanation, commit: { error: { code: error.code, message: error.message } } };
  }
}

/** The Kustomization whose build has the object: what applied it, or itself. */
function ownerOf({ object, from }: Explanation): ObjectRef | undefined {
  const apiVersion = `${GROUP.kustomize}/v1`;
  if (object.kind === 'Kustomization' && groupOf(object) === GROUP.kustomize) return object;
  const link = from.find(({ kind }) => kind === 'Kustomization');
  return link === undefined ? undefined : { apiVersion, kind: 'Kustomization', namespace: link.namespace, name: link.name };
}
