import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadPaint, PLAIN, tellTo, wantsColour } from '../../../../src/lib/cli/terminal.ts';

const sink = (isTTY: boolean) => {
  let text = '';
  return { isTTY, columns: isTTY ? 80 : undefined, write: (more: string) => void (text += more), text: () => text };
};

describe('wantsColour()', () => {
  const cases: readonly (readonly [string, boolean, Record<string, string>, boolean])[] = [
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['NO_COLOR on a terminal', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['FORCE_COLOR on a pipe', false, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 on a terminal', true, { FORCE_COLOR: '0' }, false],
    ['FORCE_COLOR=false on a terminal', true, { FORCE_COLOR: 'false' }, false],
    ['CLICOLOR_FORCE on a pipe', false, { CLICOLOR_FORCE: '1' }, true],
    ['CLICOLOR_FORCE=0 on a terminal', true, { CLICOLOR_FORCE: '0' }, false],
    ['an empty FORCE_COLOR beside CLICOLOR_FORCE', false, { FORCE_COLOR: '', CLICOLOR_FORCE: '1' }, true],
    ['NO_COLOR beside FORCE_COLOR', false, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ];
  for (const [what, isTTY, env, expected] of cases) {
    test(`${what}: ${expected ? 'yes' : 'no'}`, () => assert.equal(wantsColour(sink(isTTY), env), expected));
  }
});

test('loadPaint() colours, PLAIN does not', async () => {
  assert.equal((await loadPaint())('bad', 'x'), '\u001b[31mx\u001b[39m');
  assert.equal(PLAIN('bad', 'x'), 'x');
});

test("tellTo() tells the story with Flux's marks, without secrets and control characters", () => {
  const to = sink(false);
  const progress = tellTo(to, PLAIN);
  progress.action('applying');
  progress.generate('generating');
  progress.waiting('waiting');
  progress.success('done');
  progress.warning('mind');
  progress.failure('failed https://me:pw@host/x');
  progress.detail('one\ntwo\u001b[2J');
  assert.equal(
    to.text(),
    '► applying\n✚ generating\n◎ waiting\n✔ done\n⚠️  mind\n✗ failed https://***@host/x\n    one\n    two^[[2J\n',
  );
});
