import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandIndex } from '../../../src/commands/index.ts';
import { findCommand } from '../../../src/lib/cli/find-command.ts';
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

/** Why a case is not held to the byte; each is a row of docs/differences.md. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'root-version': 'names flux-ts too',
  'root-version-short': 'names flux-ts too',
  'source-git-err-flag-noarg': 'needs no cluster to say that it cannot be reached',
};

if (!existsSync(`${GOLDEN}flux-cli.jsonl`)) {
  test('the runs of the flux CLI', (t) => t.skip('../shared/golden/flux-cli.jsonl is not there'));
} else {
  const runs = readFileSync(`${GOLDEN}flux-cli.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenRun);
  const commands = commandIndex();
  for (const run of runs) {
    if (ELSEWHERE.test(run.name) || DIFFERENCES[run.name] !== undefined) continue;
    if (findCommand(run.args, commands).kind !== 'command') continue;
    test(`flux-ts ${run.name}`, async () => {
      const got = await runCli(run.args, {
        cwd: `${GOLDEN}inputs`,
        ...(run.env === undefined ? {} : { env: run.env }),
        ...(run.stdin === undefined ? {} : { stdin: run.stdin }),
      });
      assert.equal(got.stdout, wantedStdout(run));
      assert.equal(got.code, run.exit, got.stderr);
      if (run.exit === 0) return;
      // Some sentences name a folder in full.
      const [sentence] = run.stderr.replaceAll('/tmp/peers/golden/', GOLDEN).split('\n');
      assert.equal(got.stderr.split('\n')[0], sentence);
    });
  }
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
