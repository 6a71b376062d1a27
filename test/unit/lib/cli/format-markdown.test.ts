import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatMarkdown } from '../../../../src/lib/cli/format-markdown.ts';

const COLUMNS = [
  { title: 'name', value: ({ name }: { name: string }) => name },
  { title: 'more', value: () => 'x', wide: true },
];

describe('formatMarkdown()', () => {
  test('writes head, rule and rows, without wide columns', () =>
    assert.equal(formatMarkdown(COLUMNS, [{ name: 'web' }]), '| NAME |\n|---|\n| web |\n'));

  test('lets no value out of its cell', () =>
    assert.equal(formatMarkdown(COLUMNS, [{ name: 'a|b\n<img>`c` [x]' }]).split('\n')[2], '| a\\|b \\<img\\>\\`c\\` \\[x\\] |'));
});
