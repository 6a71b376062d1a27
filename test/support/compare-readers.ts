import assert from 'node:assert/strict';
import { composeBlock } from '../../src/lib/core/yaml/compose-block.ts';
import { isClearlyText } from '../../src/lib/core/yaml/resolve-scalar.ts';
import { composeYaml } from '../../src/lib/core/yaml/index.ts';
import type { ComposedDocument, Composer, ScalarRules } from '../../src/lib/core/yaml/index.ts';

/** Tells all that the readers of simple YAML and JSON tell their caller of scalars. */
export const RULES: ScalarRules = {
  plain: (plain, inFlow) => ({ plain, inFlow }),
  quoted: (quoted, folded) => ({ quoted, folded }),
  key: (text) => `plain ${text}`,
};

/** Tells the same of what the general reader tells. What simple YAML must not have, it refuses. */
export const COMPOSER: Composer = {
  mergeInPlace: false,
  refuseSlashEscape: true,
  isMerge({ text, plain }) {
    if (plain && text === '<<') throw new Error('a merge key');
    return false;
  },
  scalar({ text, plain, folded, inFlow, tag }) {
    if (tag !== '') throw new Error('a tag');
    if (!plain) return RULES.quoted(text, folded);
    return isClearlyText(text) ? text : RULES.plain(text, inFlow);
  },
  key: ({ text, plain }) => (plain && !isClearlyText(text) ? `plain ${text}` : text),
  duplicate(key) {
    throw new Error(`${key} comes twice`);
  },
};

/** What the reader of simple YAML makes of a text, with all that a caller is told of scalars; `undefined` where it gives up. */
export function readSimply(text: string, maxDepth = 1000): ComposedDocument[] | undefined {
  return composeBlock(text, RULES, maxDepth);
}

/**
 * Asserts that the reader of simple YAML gives up or makes of a text what the general reader makes of it.
 *
 * @returns whether it read the text
 */
export function assertReadersAgree(text: string): boolean {
  const simple = readSimply(text);
  if (simple === undefined) return false;
  let general: unknown;
  try {
    general = composeYaml(text, COMPOSER, 'x');
  } catch (error) {
    general = error;
  }
  assert.deepEqual(simple, general, `the readers differ on ${JSON.stringify(text)}`);
  return true;
}
