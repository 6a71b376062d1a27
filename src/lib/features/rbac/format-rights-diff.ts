import type { View } from '../../core/view.ts';
import { emitYaml } from '../../core/yaml/index.ts';
import type { RightsChange } from './compare-needs.ts';
import type { RightsDiff } from './diff-rights.ts';

/** The columns of a comparison. */
export const RIGHTS_DIFF_VIEW: View<RightsChange> = [
  { title: '', value: ({ change }) => (change === 'added' ? '+' : '-') },
  { title: 'VERBS', value: ({ verbs }) => verbs.join(', ') },
  { title: 'RESOURCE', value: ({ resource }) => resource },
  { title: 'NAMESPACE', value: placeOf },
  { title: 'NAME', value: ({ name }) => name ?? '(any)' },
  { title: 'FOR', value: ({ objects }) => listObjects(objects) },
];

/** Lists a comparison: what is needed more comes first. */
export function listRightsChanges({ added, removed }: Pick<RightsDiff, 'added' | 'removed'>): RightsChange[] {
  return [...added, ...removed];
}

/**
 * Writes a comparison as a comment for a pull request.
 *
 * Effects: none
 */
export function formatRightsDiff(diff: RightsDiff): string {
  const { added, removed, namespace, name, from, to, roles } = diff;
  const title = `### Rights of \`Kustomization/${namespace}/${name}\``;
  const place = `\`${from}\` (${shorten(diff.fromRevision)}) → \`${to}\` (${shorten(diff.toRevision)})`;
  if (added.length === 0 && removed.length === 0) return `${title}\n\n${place}: needs the same rights as before.\n`;
  const more = added.length === 0 ? 'needs no more rights' : `**needs more rights** (${count(added)})`;
  const less = removed.length === 0 ? '' : `, no longer needs ${count(removed)}`;
  const powerful = added.filter(({ isPowerful }) => isPowerful);
  const sections = [
    title,
    `${place}: ${more}${less}.`,
    ...(powerful.length === 0
      ? []
      : [
          `⚠️ Look twice: ${powerful.map((each) => `${each.verbs.join(', ')} ${each.resource}`).join('; ')} can be turned into more rights.`,
        ]),
    [
      '| | verbs | resource | namespace | name | for |',
      '|---|---|---|---|---|---|',
      ...listRightsChanges(diff).map(
        (each) =>
          `| ${each.change === 'added' ? '➕' : '➖'} | ${each.verbs.join(', ')} | \`${each.resource}\` | ${placeOf(each)} | ${each.name === undefined ? '(any)' : `\`${each.name}\``} | ${escapeCell(listObjects(each.objects))} |`,
      ),
    ].join('\n'),
    ...(roles.length === 0
      ? []
      : [
          `<details><summary>The smallest role after this change</summary>\n\n\`\`\`yaml\n${roles.map((role) => `---\n${emitYaml(role)}`).join('')}\`\`\`\n\n</details>`,
        ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function placeOf({ namespace }: RightsChange): string {
  return namespace ?? '(cluster)';
}

function listObjects(objects: readonly string[]): string {
  return objects.length > 3 ? `${objects.slice(0, 2).join(', ')} and ${objects.length - 2} more` : objects.join(', ');
}

function count(changes: readonly RightsChange[]): string {
  const total = changes.reduce((sum, { verbs }) => sum + verbs.length, 0);
  return `${total} ${total === 1 ? 'access' : 'accesses'} on ${changes.length} ${changes.length === 1 ? 'thing' : 'things'}`;
}

/** `main@sha1:51d0c2e`. */
function shorten(revision: string): string {
  return revision.replace(/([0-9a-f]{8})[0-9a-f]{32}$/, '$1');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}
