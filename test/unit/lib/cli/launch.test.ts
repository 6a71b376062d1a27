import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type AnyCommand, type CommandIndex, defineCommand } from '../../../../src/lib/cli/command.ts';
import { boolean, string } from '../../../../src/lib/cli/flags.ts';
import { flagsOf, launch } from '../../../../src/lib/cli/launch.ts';
import { table } from '../../../../src/lib/cli/output.ts';
import { FluxError } from '../../../../src/lib/core/errors.ts';
import type { Host } from '../../../../src/lib/core/host.ts';

const echo = defineCommand({
  summary: 'Say what was given',
  examples: [{ description: 'Say a word', command: 'flux-ts echo hello' }],
  args: [{ name: 'word', variadic: true }],
  flags: { loud: boolean({ short: 'l', description: 'in capitals' }), suffix: string({ description: 'what comes behind' }) },
  outputs: ['table', 'json'],
  async run({ args, flags, global, context }) {
    const said = args.join(' ') + flags.suffix;
    context.progress.action('saying');
    const text = `${flags.loud ? said.toUpperCase() : said}\n`;
    return { data: { said, namespace: global.namespace, own: await context.namespace() }, text };
  },
});

const failing = (run: AnyCommand['run'], more: Partial<AnyCommand> = {}) =>
  defineCommand({ summary: 'Fail', flags: {}, outputs: ['table', 'json'], run, ...more });

const COMMANDS: CommandIndex = {
  echo: one(echo),
  'say nothing': one(failing(() => Promise.resolve(undefined))),
  'fail partly': one(
    failing(async () => ({ data: { done: 1 }, text: 'one of two\n', error: new FluxError('objects/failed', 'one failed') })),
  ),
  'fail told': one(
    failing(async () => ({ data: { done: 0 }, error: new FluxError('objects/failed', 'told before'), told: true })),
  ),
  'fail hard': one(failing(() => Promise.reject(new FluxError('kube/forbidden', 'forbidden', { hint: 'ask for it' })))),
  'fail badly': one(failing(() => Promise.reject(new TypeError('x is not a function')))),
  sums: one(
    failing(async () => ({
      text: 'two\n',
      summary: { title: 'two of two', table: table([{ title: 'Name', value: String }], ['web', 'api']) },
    })),
  ),
  differs: one(failing(async () => ({ text: '- a\n+ b\n', exitCode: 1 }))),
  waits: one(
    failing(
      ({ context }) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason));
        }),
    ),
  ),
};

function one(command: AnyCommand): CommandIndex[string] {
  return { summary: command.summary, load: () => Promise.resolve({ default: command }) };
}

async function run(line: string, changes: Partial<Host> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const host: Host = {
    env: {},
    cwd: '/',
    homeDir: '/nonexistent',
    platform: 'linux',
    arch: 'x64',
    calledAs: 'flux-ts',
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: undefined },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: undefined },
    interactive: false,
    readStdin: () => Promise.resolve(''),
    runProgram: () => Promise.resolve(0),
    now: () => new Date('2026-03-01T12:00:00Z'),
    signal: new AbortController().signal,
    packageDir: '/',
    ...changes,
  };
  const code = await launch(line.split(' '), COMMANDS, host);
  return { code, stdout, stderr };
}

describe('launch()', () => {
  test('prints the result on stdout and the story on stderr', async () => {
    assert.deepEqual(await run('echo hello -l --suffix=!'), { code: 0, stdout: 'HELLO!\n', stderr: '► saying\n' });
  });

  test('prints the data itself under -o json', async () => {
    const { stdout } = await run('echo -n apps hi -o json');
    assert.deepEqual(JSON.parse(stdout), { said: 'hi', namespace: 'apps', own: 'apps' });
  });

  test('takes the namespace from FLUX_SYSTEM_NAMESPACE, and the flag over it', async () => {
    const env = { FLUX_SYSTEM_NAMESPACE: 'gitops' };
    assert.match((await run('echo -o json', { env })).stdout, /"namespace": "gitops"/);
    assert.match((await run('echo -o json -n apps', { env })).stdout, /"namespace": "apps"/);
  });

  test('warns of a FLUX_SYSTEM_NAMESPACE that is no name, and goes on', async () => {
    const { code, stdout, stderr } = await run('echo -o json', { env: { FLUX_SYSTEM_NAMESPACE: 'No_Name' } });
    assert.equal(code, 0);
    assert.match(stdout, /"namespace": "flux-system"/);
    assert.match(stderr, /ignoring invalid FLUX_SYSTEM_NAMESPACE: "No_Name"/);
  });

  test('refuses a namespace that is no name: usage/bad-value', async () => {
    const { code, stderr } = await run('echo -n No_Name');
    assert.equal(code, 1);
    assert.match(stderr, /namespace must be a valid DNS label: "No_Name"/);
  });

  test('exits with 0 and says nothing where there is no result', async () => {
    assert.deepEqual(await run('say nothing'), { code: 0, stdout: '', stderr: '' });
  });

  test('prints a partial result, then the error, and exits with 1', async () => {
    assert.deepEqual(await run('fail partly'), { code: 1, stdout: 'one of two\n', stderr: '✗ one failed\n' });
  });

  test('does not tell twice what the story has told, but under -o json', async () => {
    assert.deepEqual(await run('fail told'), { code: 1, stdout: '', stderr: '' });
    assert.equal(JSON.parse((await run('fail told -o json')).stderr).error.code, 'objects/failed');
  });

  test('adds to the summary of a GitHub job, and only warns where that cannot be', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'flux-ts-summary-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
    for (let count = 0; count < 2; count += 1) {
      assert.deepEqual(await run('sums', { env }), { code: 0, stdout: 'two\n', stderr: '' });
    }
    const page = '### two of two\n\n| NAME |\n|---|\n| web |\n| api |\n\n';
    assert.equal(readFileSync(file, 'utf8'), page + page);
    const { code, stderr } = await run('sums', { env: { ...env, GITHUB_STEP_SUMMARY: join(folder, 'no/summary.md') } });
    assert.equal(code, 0);
    assert.match(stderr, /^::warning::the summary of the job was not written: ENOENT/);
    assert.deepEqual(await run('sums', { env: { GITHUB_STEP_SUMMARY: file } }), { code: 0, stdout: 'two\n', stderr: '' });
  });

  test('prints what was thrown, with its mend', async () => {
    assert.deepEqual(await run('fail hard'), { code: 1, stdout: '', stderr: '✗ forbidden\n  ask for it\n' });
  });

  test('prints an error as one object under -o json', async () => {
    const { stdout, stderr } = await run('fail hard -o json');
    assert.equal(stdout, '');
    assert.deepEqual(JSON.parse(stderr), { error: { code: 'kube/forbidden', message: 'forbidden', hint: 'ask for it' } });
  });

  test('owns up to a mistake of ours: internal/bug', async () => {
    const { code, stderr } = await run('fail badly');
    assert.equal(code, 1);
    assert.match(stderr, /x is not a function\n {2}this is a mistake of flux-ts/);
  });

  test('takes the exit code of the result', async () => assert.equal((await run('differs')).code, 1));

  test('ends a command at its time limit: usage/timeout', async () => {
    const { code, stderr } = await run('waits --timeout=5ms');
    assert.equal(code, 1);
    assert.match(stderr, /the time limit of the command was reached\n {2}give it more with --timeout/);
  });

  test('ends a command when it is interrupted: usage/interrupted', async () => {
    const { code, stderr } = await run('waits', { signal: AbortSignal.timeout(5) });
    assert.equal(code, 1);
    assert.equal(stderr, '✗ interrupted\n');
  });

  test('suggests a command: usage/unknown-command', async () => {
    const { code, stderr } = await run('ecko hello');
    assert.equal(code, 1);
    assert.equal(stderr, '✗ unknown command "ecko" for "flux-ts"\n  did you mean "echo"?\n');
  });

  test('names the help where it has nothing to suggest: usage/unknown-command', async () => {
    assert.match((await run('fail quux')).stderr, /unknown command "quux" for "flux-ts fail"\n {2}see flux-ts fail --help/);
  });

  test('prints errors of the command line as asked for: usage/unknown-flag', async () => {
    const { stderr } = await run('echo --lud -ojson');
    assert.equal(JSON.parse(stderr).error.code, 'usage/unknown-flag');
  });

  test('shows the help of a command and of a group', async () => {
    const ofCommand = await run('echo --help');
    assert.equal(ofCommand.code, 0);
    assert.match(ofCommand.stdout, /^Say what was given\n/);
    assert.match(ofCommand.stdout, /-l, --loud/);
    assert.match((await run('fail --help')).stdout, /fail partly/);
  });

  test('paints only where colours are wanted', async () => {
    const { stderr } = await run('fail hard', { env: { FORCE_COLOR: '1' } });
    assert.ok(stderr.startsWith('\u001b[31m✗\u001b[39m forbidden'), stderr);
  });
});

describe('flagsOf()', () => {
  test('gives a command the global flags, and its own before them', () => {
    const flags = flagsOf(failing(async () => undefined, { flags: { user: string({ description: 'ours', short: 'n' }) } }));
    assert.equal(flags['user']?.description, 'ours');
    assert.equal(flags['namespace']?.short, undefined);
    assert.equal(flags['timeout']?.defaultText, '5m0s');
  });

  test('gives no -o to a command without forms', () => {
    const { outputs: _outputs, ...command } = echo;
    assert.equal(flagsOf(command)['output'], undefined);
  });
});
