import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CiLog, openCiLog } from '../../../../src/lib/cli/ci-log.ts';
import { disarmCommands, pathInWorkspace } from '../../../../src/lib/cli/github-log.ts';
import { printError } from '../../../../src/lib/cli/print-error.ts';
import { printOutput } from '../../../../src/lib/cli/print-output.ts';
import { table } from '../../../../src/lib/cli/output.ts';
import { PLAIN, tellTo } from '../../../../src/lib/cli/terminal.ts';
import { FluxError } from '../../../../src/lib/core/errors.ts';
import type { Host } from '../../../../src/lib/core/host.ts';

const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/w/repo', GITHUB_STEP_SUMMARY: '/w/summary.md' };

async function open(env: Record<string, string>, cwd = '/w/repo'): Promise<{ ci: CiLog; text: () => string; host: Host }> {
  let text = '';
  const stderr = { write: (more: string) => void (text += more), isTTY: false, columns: undefined };
  const host = { env, cwd, stderr, now: () => new Date('2026-03-01T12:00:00Z') } as unknown as Host;
  const ci = await openCiLog(host);
  assert.ok(ci);
  return { ci, text: () => text, host };
}

test('openCiLog() opens nothing where no CI system says that it is there', async () => {
  assert.equal(await openCiLog({ env: { CI: 'true', GITHUB_ACTIONS: 'false' } } as unknown as Host), undefined);
});

describe('disarmCommands()', () => {
  const harmful: readonly (readonly [what: string, text: string, expected: string])[] = [
    ['a command', '::set-output name=a::b', '\\::set-output name=a::b'],
    ['one in a later line', 'failed\n::add-mask::e', 'failed\n\\::add-mask::e'],
    ['one after blanks of any kind', 'failed\n \t\u00a0\u2003::stop-commands::x', 'failed\n \t\u00a0\u2003\\::stop-commands::x'],
    ['one behind what nobody sees', '\u200b\ufeff:\u00ad:error::x', '\u200b\ufeff\\:\u00ad:error::x'],
    ['one after a carriage return', 'a\r::error::x', 'a\r\\::error::x'],
    ['the old form, anywhere', 'message ##[add-path]/evil', 'message ##\\[add-path]/evil'],
    ['the old form behind what nobody sees', 'x #\u200d#[save-state name=a]b', 'x #\u200d#\\[save-state name=a]b'],
  ];
  for (const [what, text, expected] of harmful) {
    test(`makes ${what} text`, () => {
      assert.equal(disarmCommands(text), expected);
      assert.equal(disarmCommands(expected), expected, 'once is enough');
    });
  }
  for (const text of ['► std::string', 'a: b::c', '# [x]', 'fe80::1 is up', '']) {
    test(`leaves ${JSON.stringify(text)}`, () => assert.equal(disarmCommands(text), text));
  }
});

describe('pathInWorkspace()', () => {
  const cases: readonly (readonly [file: string, cwd: string, workspace: string, expected: string | undefined])[] = [
    ['deploy/web.yaml', '/w/repo', '/w/repo', 'deploy/web.yaml'],
    ['./web.yaml', '/w/repo/deploy', '/w/repo', 'deploy/web.yaml'],
    ['../web.yaml', '/w/repo/deploy', '/w/repo/', 'web.yaml'],
    ['deploy/web.yaml', '/elsewhere', '/w/repo', 'deploy/web.yaml'],
    ['/w/repo/web.yaml', '/elsewhere', '/w/repo', 'web.yaml'],
    ['/etc/web.yaml', '/w/repo', '/w/repo', undefined],
    ['../../web.yaml', '/w/repo', '/w/repo', undefined],
    ['..\\web.yaml', 'D:\\a\\repo\\deploy', 'D:\\a\\repo', 'web.yaml'],
    ['web.yaml', '/w/repo', '', undefined],
  ];
  for (const [file, cwd, workspace, expected] of cases) {
    test(`${file} in ${cwd} of ${workspace}`, () => assert.equal(pathInWorkspace(file, cwd, workspace), expected));
  }
});

describe('the story in GitHub Actions', () => {
  test('has groups, and annotations for warnings and failures', async () => {
    const { ci, text } = await open(GITHUB);
    const story = tellTo(ci.sink, PLAIN, false, ci);
    story.section?.('Components');
    story.action('applying');
    story.warning('mind 50%\nof it');
    story.section?.('Verification');
    story.failure('failed https://me:pw@host/x', { file: 'deploy/web.yaml', line: 3 });
    ci.section(undefined);
    ci.section(undefined);
    assert.equal(
      text(),
      '::group::Components\n► applying\n::warning::mind 50%25%0Aof it\n::endgroup::\n' +
        '::group::Verification\n::error file=deploy/web.yaml,line=3::failed https://***@host/x\n::endgroup::\n',
    );
  });

  test('obeys nothing that others wrote', async () => {
    const { ci, text } = await open(GITHUB);
    const story = tellTo(ci.sink, PLAIN, false, ci);
    const evil = 'no\n::set-output name=tag::evil\n\u001b[0m::add-mask::a\n  ::stop-commands::t ##[add-path]/evil';
    for (const tell of [story.action, story.success, story.waiting, story.generate, story.detail, story.warning, story.failure]) {
      tell(evil);
    }
    story.section?.(evil);
    await printError(new FluxError('kube/rejected', evil, { hint: evil }), 'table', ci.sink, PLAIN, ci);
    await printError(new FluxError('kube/rejected', evil, { hint: evil }), 'json', ci.sink, PLAIN, ci);
    await printError(new FluxError('kube/rejected', evil, { hint: evil }), 'yaml', ci.sink, PLAIN, ci);
    const obeyed = text()
      .split(/[\r\n]/)
      .filter((line) => /^\s*::/.test(line) || line.includes('##['))
      .map((line) => /^::(warning|error title=kube\/rejected|error|group)::/.exec(line)?.[0] ?? line);
    assert.deepEqual(obeyed, [
      '::warning::',
      '::error::',
      '::group::',
      '::error title=kube/rejected::',
      '::error title=kube/rejected::',
      '::error title=kube/rejected::',
    ]);
  });
});

describe('printError() in GitHub Actions', () => {
  test('annotates the place in the file, with code, cause and mend', async () => {
    const { ci, text } = await open(GITHUB);
    const error = new FluxError('kustomize/unknown-target', 'patch matches nothing', {
      hint: 'did you mean web?',
      source: { file: 'deploy/a,b:c.yaml', line: 9, column: 5 },
    });
    await printError(error, 'table', ci.sink, PLAIN, ci);
    assert.equal(
      text(),
      '::error file=deploy/a%2Cb%3Ac.yaml,line=9,col=5,title=kustomize/unknown-target::' +
        'patch matches nothing%0A    deploy/a,b:c.yaml:9:5%0A  did you mean web?\n',
    );
  });

  test('annotates each place of an error that stands for several, up to eight', async () => {
    const { ci, text } = await open(GITHUB);
    const errors = Array.from(
      { length: 12 },
      (_, index) => new FluxError('kustomize/bad-yaml', `bad ${index}`, { source: { file: 'a.yaml', line: index + 1 } }),
    );
    await printError(new FluxError('build/failed', 'twelve failed', { errors }), 'table', ci.sink, PLAIN, ci);
    const lines = text().trimEnd().split('\n');
    assert.equal(lines.length, 9);
    assert.match(lines[0] ?? '', /^::error title=build\/failed::twelve failed%0A/);
    assert.equal(lines[1], '::error file=a.yaml,line=1,title=kustomize/bad-yaml::bad 0');
  });

  test('leaves the object of -o json in its place at the end, with the same members', async () => {
    const { ci, text } = await open(GITHUB);
    await printError(new FluxError('kube/rejected', 'it said "##[x]"'), 'json', ci.sink, PLAIN, ci);
    const [annotation, ...rest] = text().split('\n');
    assert.equal(annotation, '::error title=kube/rejected::it said "##[x]"');
    assert.deepEqual(JSON.parse(rest.join('\n')), { error: { code: 'kube/rejected', message: 'it said "##\\[x]"' } });
  });
});

describe('printOutput() in GitHub Actions', () => {
  const rows = [{ message: '##[set-output name=a]b' }];
  const output = { data: rows, view: table([{ title: 'MESSAGE', value: (row: { message: string }) => row.message }], rows) };

  test('makes a table harmless, and leaves what programs read as it is', async () => {
    const { ci } = await open(GITHUB);
    for (const [format, expected] of [
      ['table', /##\\\[set-output/],
      ['json', /"##\[set-output/],
    ] as const) {
      let text = '';
      const stdout = { write: (more: string) => void (text += more), isTTY: false, columns: undefined };
      await printOutput(output, format, stdout, ci.guard);
      assert.match(text, expected);
    }
  });

  test('leaves manifests as they are', async () => {
    const { ci } = await open(GITHUB);
    let text = '';
    const stdout = { write: (more: string) => void (text += more), isTTY: false, columns: undefined };
    await printOutput({ text: 'a: |\n  ::x::\n', manifests: true }, 'table', stdout, ci.guard);
    assert.equal(text, 'a: |\n  ::x::\n');
  });
});

describe('the summary of the job', () => {
  const columns = [{ title: 'Name', value: (row: { name: string }) => row.name }];

  test('is a short table that does nothing', async () => {
    const { ci } = await open(GITHUB);
    const rows = [{ name: '<img src=x> | `a`' }, { name: 'https://me:pw@host/x' }, { name: 'x'.repeat(1000) }];
    const page = ci.summarize?.({ title: 'drive: 1 of 2', table: table(columns, rows) });
    assert.equal(page?.file, '/w/summary.md');
    assert.equal(
      page.text,
      `### drive: 1 of 2\n\n| NAME |\n|---|\n| \\<img src=x\\> \\| \\\`a\\\` |\n| https://\\*\\*\\*@host/x |\n| ${'x'.repeat(299)}… |\n\n`,
    );
  });

  test('has fifty rows at most', async () => {
    const { ci } = await open(GITHUB);
    const rows = Array.from({ length: 60 }, (_, index) => ({ name: `n${index}` }));
    const text = ci.summarize?.({ title: 'many', table: table(columns, rows) }).text ?? '';
    assert.equal(text.split('\n').filter((line) => line.startsWith('| n')).length, 50);
    assert.match(text, /\nand 10 more\n/);
  });

  test('is not there without a file for it', async () => {
    assert.equal((await open({ GITHUB_ACTIONS: 'true' })).ci.summarize, undefined);
  });
});

test('the story in GitLab CI has sections with their times, and lines as everywhere', async () => {
  const { ci, text } = await open({ GITLAB_CI: 'true' });
  const story = tellTo(ci.sink, PLAIN, false, ci);
  story.section?.('Components\u001b[2J');
  story.failure('failed section_start:1:x\r\u001b[0K');
  story.section?.('Verification');
  ci.section(undefined);
  await printError(new FluxError('kube/forbidden', 'forbidden'), 'table', ci.sink, PLAIN, ci);
  const at = Date.parse('2026-03-01T12:00:00Z') / 1000;
  const mark = (what: string, number: number) => `\u001b[0Ksection_${what}:${at}:flux_ts_${number}\r\u001b[0K`;
  assert.equal(
    text(),
    `${mark('start', 1)}Components^[[2J\n✗ failed section_start:1:x^M^[[0K\n${mark('end', 1)}\n` +
      `${mark('start', 2)}Verification\n${mark('end', 2)}\n✗ forbidden\n`,
  );
});
