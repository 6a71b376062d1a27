import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, type Random } from '../kill/random.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { expressionLine, VARIABLES } from './cli-expressions.ts';
import { cliTree } from './cli-trees.ts';
import { changeWords, type FactCommand, type FactFlag } from './cli-words.ts';

/** How long is searched, and from where. */
export interface CliFuzzOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The flux CLI. */
  readonly flux: string;
  /** Hears what goes on. */
  say(line: string): void;
}

/** What a search found. */
export interface CliFuzzResult {
  readonly runs: number;
  readonly differences: number;
  /** Differences that are meant, by their reason. */
  readonly meant: ReadonlyMap<string, number>;
}

/** One run of both. */
interface Case {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Removes what was written for it. */
  readonly end?: () => void;
}

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
/** After so many differences there is enough to mend. */
const ENOUGH = 20;

/** Flags of all `create` commands. */
const COMMON: readonly FactFlag[] = [
  { name: 'label', shorthand: null, type: 'stringSlice', default: '' },
  { name: 'interval', shorthand: null, type: 'duration', default: '' },
  { name: 'namespace', shorthand: 'n', type: 'string', default: '' },
];

/** What is another answer on purpose; docs/differences.md has each. */
const MEANT: readonly { readonly why: string; fits(its: CliRun, ours: CliRun, words: readonly string[]): boolean }[] = [
  { why: 'the namespace is validated', fits: (_its, ours) => /namespace must be a valid DNS label/u.test(ours.stderr) },
  { why: 'words too many are refused', fits: (_its, ours) => ours.stderr.includes('unexpected argument') },
  { why: 'control characters are written escaped', fits: (its) => its.stderr.includes('control characters') },
  { why: 'two orders are refused', fits: (_its, ours) => ours.stderr.includes('only one of --select-semver') },
  { why: 'a group that is not there is refused', fits: (_its, ours) => ours.stderr.includes('capture group') },
  { why: 'a chart needs a source', fits: (_its, ours) => ours.stderr.includes('source is required') },
  { why: 'a GitHub App has ids and a key', fits: (_its, ours) => /must be a number|no RSA private key/u.test(ours.stderr) },
  { why: 'a subject needs a provider', fits: (_its, ours) => ours.stderr.includes('a verification provider must') },
  { why: 'a health check needs a name', fits: (_its, ours) => ours.stderr.includes('invalid health check') },
  { why: 'a login in a URL is hidden', fits: (_its, ours) => ours.stderr.includes('***@') },
  { why: 'integers keep their digits', fits: (_its, ours) => ours.stdout.includes('9007199254740993') },
  { why: 'the interval of a receiver is set', fits: (_its, _ours, words) => isOf(words, 'receiver') && has(words, 'interval') },
  {
    why: 'labels of secrets are set',
    fits: (_its, _ours, words) => /oci|githubapp/u.test(words[2] ?? '') && has(words, 'label'),
  },
  { why: 'an expression of a dependency is set', fits: (_its, ours) => ours.stdout.includes('readyExpr') },
  {
    why: 'line breaks in lists are kept',
    fits: (_its, _ours, words) => words.some((word) => /^--(?!commit-t).*\n/su.test(word)),
  },
  { why: 'no warning is on stdout', fits: (its) => its.stdout.startsWith('Flag --validation has been deprecated') },
  { why: 'a cluster is asked where --export is taken', fits: (its) => its.stderr.includes('localhost:8080') },
  { why: 'a part within a character is refused', fits: (its) => its.stderr.includes('slice bounds') },
  {
    why: 'what envsubst cannot read in one line',
    fits: (its, ours) => ours.code === 0 && its.stderr.includes('within function'),
  },
];

/**
 * Runs the flux CLI and ours side by side, with recorded runs whose flags are changed, with expressions of `envsubst` and with
 * folders of `build kustomization`, until the time is up. Documents, exit codes and the sentence of an error have to be equal;
 * of two errors at once each may name another.
 *
 * Effects: runs the program; writes folders, which it removes
 */
export async function fuzzCli({ minutes, seed, flux, say }: CliFuzzOptions): Promise<CliFuzzResult> {
  const until = Date.now() + minutes * 60_000;
  const random = createRandom(seed);
  const makers = [expressionCase, treeCase, ...openRecorded(say)];
  const meant = new Map<string, number>();
  let [runs, differences] = [0, 0];
  while (Date.now() < until && differences < ENOUGH) {
    const one = random.pick(makers)(random);
    if (one === undefined) continue;
    runs += 1;
    // One after the other: the flux CLI writes into the folder while it builds.
    const ours = await runCli(one.words, one);
    const its = await runFlux(flux, one);
    one.end?.();
    const kind = compare(its, ours, one.words);
    if (kind === undefined) continue;
    const reason = MEANT.find(({ fits }) => fits(its, ours, one.words))?.why;
    if (reason !== undefined) {
      meant.set(reason, (meant.get(reason) ?? 0) + 1);
      continue;
    }
    differences += 1;
    say(`✗ ${kind}: ${JSON.stringify(one.words)}${one.stdin === '' ? '' : ` of ${JSON.stringify(one.stdin)}`}`);
    say(`  flux: ${told(its)}\n  ours: ${told(ours)}`);
  }
  return { runs, differences, meant };
}

/** Recorded runs of `create`, changed; none where they are not there. */
function openRecorded(say: CliFuzzOptions['say']): ((random: Random) => Case | undefined)[] {
  const golden = join(SHARED, 'golden', 'flux-cli.jsonl');
  if (!existsSync(golden)) {
    say(`⚠️ ${golden} is not there: no recorded runs are changed`);
    return [];
  }
  const facts = JSON.parse(readFileSync(join(SHARED, 'facts', 'flux-cli.json'), 'utf8')) as { commands: FactCommand[] };
  const recorded = readFileSync(golden, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { args: string[]; stdin?: string; env?: Record<string, string> | null })
    .filter(({ args }) => args[0] === 'create' && args.includes('--export'));
  const cwd = join(SHARED, 'golden', 'inputs');
  const make = (random: Random): Case | undefined => {
    const { args, stdin = '', env } = random.pick(recorded);
    const plain = `flux ${args.filter((word) => !word.startsWith('-')).join(' ')} `;
    const [fact] = facts.commands
      .filter(({ runnable, path }) => runnable && plain.startsWith(`${path} `))
      .toSorted((one, other) => other.path.length - one.path.length);
    if (fact === undefined) return undefined;
    const flags = fact.localFlags.filter(({ name }) => name !== 'help' && name !== 'drive');
    const words = changeWords(args, fact.path.split(' ').length - 1, [...flags, ...COMMON], random);
    return isRandomByItself(words) ? undefined : { words, cwd, stdin, env: env ?? {} };
  };
  // Most that there is to get wrong is here.
  return [make, make, make, make];
}

/** Whether it makes keys or tokens, which are others each time, or asks a server for its key. */
function isRandomByItself(words: readonly string[]): boolean {
  if (isOf(words, 'git')) return words[1] === 'secret' && !has(words, 'private-key-file') && /ssh:/u.test(words.join(' '));
  return words[1] === 'secret' && isOf(words, 'receiver') && !words.some((word) => /^--token=./u.test(word));
}

function expressionCase(random: Random): Case {
  const words = ['envsubst', ...(random.next() < 0.4 ? ['--strict'] : [])];
  return { words, cwd: tmpdir(), env: VARIABLES, stdin: expressionLine(random) };
}

function treeCase(random: Random): Case {
  const { files, words } = cliTree(random);
  const cwd = mkdtempSync(join(tmpdir(), 'flux-ts-fuzz-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  return { words, cwd, env: {}, stdin: '', end: () => rmSync(cwd, { recursive: true, force: true }) };
}

function compare(its: CliRun, ours: CliRun, words: readonly string[]): string | undefined {
  if (its.code !== ours.code) return `exit code ${its.code}, ours ${ours.code}`;
  if (its.code === 0) return wantedOf(its.stdout, words) === ours.stdout ? undefined : 'output';
  // Sentences of kustomize are our own, and of two things wrong each may be told first.
  if (words[0] !== 'create' || failureOf(its) === failureOf(ours)) return undefined;
  return has(words, 'label') ? undefined : 'sentence';
}

/** A tenant has no dead subject here, and the role "admin" unless another is asked for. */
function wantedOf(stdout: string, words: readonly string[]): string {
  if (words[1] !== 'tenant') return stdout;
  const text = stdout.replaceAll(/- apiGroup: rbac\.authorization\.k8s\.io\n {2}kind: User\n {2}name: gotk:[^\n]*\n/gu, '');
  return has(words, 'cluster-role') ? text : text.replaceAll('  name: cluster-admin\n', '  name: admin\n');
}

function failureOf({ stderr }: CliRun): string | undefined {
  return stderr.split('\n').find((line) => line.startsWith('✗'));
}

function told(run: CliRun): string {
  return run.code === 0 ? JSON.stringify(run.stdout.slice(-600)) : `${run.code} ${failureOf(run) ?? run.stderr.slice(0, 200)}`;
}

function isOf(words: readonly string[], kind: string): boolean {
  return words[1] === kind || words[2] === kind;
}

function has(words: readonly string[], flag: string): boolean {
  return words.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
}

function runFlux(flux: string, { words, cwd, env, stdin }: Case): Promise<CliRun> {
  const child = spawn(flux, words, { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // It may end without having read all.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}
