import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandIndex } from '../../../src/commands/index.ts';
import { findCommand } from '../../../src/lib/cli/find-command.ts';
import { parseYaml } from '../../../src/lib/core/yaml/index.ts';
import { runCli } from '../../support/run-cli.ts';

/** One run of the flux CLI 2.9.4. */
interface GoldenRun {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const GOLDEN = fileURLToPath(new URL('../../../../shared/golden/', import.meta.url));

/** Cases that another runner holds, or that need what a later part brings. */
const ELSEWHERE = /^install-/;

/** Cases that are answered otherwise, and why: each reason is a row of docs/differences.md. */
const DEPARTURES: ReadonlyMap<string, string> = new Map(
  (parseYaml(readFileSync(new URL('departures.yaml', import.meta.url), 'utf8')) as { id: string; reason: string }[]).map(
    ({ id, reason }) => [id, reason],
  ),
);

if (!existsSync(`${GOLDEN}flux-cli.jsonl`)) {
  test('the runs of the flux CLI', (t) => t.skip('../shared/golden/flux-cli.jsonl is not there'));
} else {
  const commands = commandIndex();
  const runs = readFileSync(`${GOLDEN}flux-cli.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenRun)
    .filter((run) => !ELSEWHERE.test(run.name));
  for (const run of runs) {
    const reason = DEPARTURES.get(run.name);
    if (reason === undefined) test(`flux-ts ${run.name}`, () => assertSame(run));
    // A departure that is none any more has to leave the list, and the page of differences.
    else test(`flux-ts ${run.name} departs: ${reason}`, () => assert.rejects(assertSame(run), assert.AssertionError));
  }

  test('every departure is a recorded run', () => {
    const names = new Set(runs.map(({ name }) => name));
    assert.deepEqual(
      [...DEPARTURES.keys()].filter((id) => !names.has(id)),
      [],
    );
  });

  test('every recorded run is one of a command', () => {
    const strangers = runs.filter(({ args }) => !['command', 'version'].includes(findCommand(args, commands).kind));
    assert.deepEqual(
      strangers.map(({ name }) => name).filter((name) => !DEPARTURES.has(name)),
      [],
    );
  });
}

async function assertSame(run: GoldenRun): Promise<void> {
  const got = await runCli(run.args, {
    cwd: `${GOLDEN}inputs`,
    ...(run.env === undefined ? {} : { env: run.env }),
    ...(run.stdin === undefined ? {} : { stdin: run.stdin }),
  });
  assert.equal(got.stdout, wantedStdout(run));
  assert.equal(got.code, run.exit, got.stderr);
  if (run.exit === 0) return;
  // Some sentences name a folder in full.
  assert.equal(failureOf(got.stderr), failureOf(run.stderr.replaceAll('/tmp/peers/golden/', GOLDEN)));
}

/** The line that says what failed; lines of the story may come before it. */
function failureOf(stderr: string): string | undefined {
  return stderr.split('\n').find((line) => line.startsWith('✗'));
}

/** A tenant has no dead subject here, and the role "admin" unless another is asked for. */
function wantedStdout(run: GoldenRun): string {
  if (!run.name.startsWith('tenant-')) return run.stdout;
  const withoutDeadSubject = run.stdout.replaceAll(
    /- apiGroup: rbac\.authorization\.k8s\.io\n {2}kind: User\n {2}name: gotk:[^\n]*\n/g,
    '',
  );
  if (run.args.some((word) => word.startsWith('--cluster-role'))) return withoutDeadSubject;
  return withoutDeadSubject.replaceAll('  name: cluster-admin\n', '  name: admin\n');
}
