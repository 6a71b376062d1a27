import { test } from 'node:test';
import { expectNone, readSources, type SourceFile } from './read-sources.ts';

/** What a room may import of ours, values and types alike. The first rule that fits a file counts. */
const ROOMS: readonly { readonly room: RegExp; readonly may: readonly RegExp[]; readonly types?: readonly RegExp[] }[] = [
  { room: /^src\/lib\/core\//, may: [/^src\/lib\/core\//] },
  { room: /^src\/lib\/engine\/([^/]+)\//, may: [/^src\/lib\/core\//, /^src\/lib\/engine\/$1\//] },
  {
    room: /^src\/lib\/features\/([^/]+)\//,
    may: [/^src\/lib\/core\//, /^src\/lib\/features\/$1\//, /^src\/lib\/engine\/[^/]+\/index\.ts$/],
    types: [/^src\/lib\/context\.ts$/],
  },
  {
    room: /^src\/lib\/context[a-z-]*\.ts$/,
    may: [/^src\/lib\/core\//, /^src\/lib\/context[a-z-]*\.ts$/, /^src\/lib\/engine\/[^/]+\/index\.ts$/],
    types: [/^src\/lib\/features\/[^/]+\/index\.ts$/],
  },
  { room: /^src\/lib\/cli\//, may: [/^src\/lib\/core\//, /^src\/lib\/cli\//, /^src\/lib\/context\.ts$/] },
  {
    room: /^src\/commands\//,
    may: [/^src\/lib\/core\//, /^src\/lib\/cli\//, /^src\/lib\/features\/[^/]+\/index\.ts$/, /^src\/commands\//],
    types: [/^src\/lib\/context\.ts$/],
  },
  { room: /^src\/main\.ts$/, may: [/^src\/lib\/core\//, /^src\/lib\/cli\//, /^src\/commands\/index\.ts$/] },
  { room: /^src\/lib\/index\.ts$/, may: [/^src\/lib\/engine\/[^/]+\/index\.ts$/, /^src\/lib\/core\//] },
];

/** Parts that may use another one, and why it is worth it. */
const EDGES: readonly (readonly [from: string, to: string])[] = [
  ['src/lib/engine/artifact/', 'src/lib/engine/sourceignore/index.ts'],
  ['src/lib/engine/kustomize/', 'src/lib/engine/sourceignore/index.ts'],
  ['src/lib/engine/health/', 'src/lib/engine/kstatus/index.ts'],
  ['src/lib/features/bootstrap/', 'src/lib/features/install/index.ts'],
  // A diff is only worth something where it goes the way of the run that it foretells.
  ['src/lib/features/diff/', 'src/lib/features/build/index.ts'],
  ['src/lib/features/diff/', 'src/lib/features/reconcile/index.ts'],
  // What a role is written for must be what a run would do: found, fetched, built and asked for by the very same code.
  ['src/lib/features/rbac/', 'src/lib/features/reconcile/index.ts'],
  // An attack is only worth something when it is run by the very code that reconciles.
  ['src/lib/features/escape/', 'src/lib/features/reconcile/index.ts'],
  // Without a cluster, from a folder.
  ['src/lib/features/rbac/', 'src/lib/features/build/index.ts'],
];

test('a room imports only what lies below it', () => {
  const findings: string[] = [];
  for (const file of readSources('src')) {
    const rule = ROOMS.find(({ room }) => room.test(file.path));
    if (rule === undefined) {
      findings.push(`${file.path} is in no room`);
      continue;
    }
    const own = rule.room.exec(file.path)?.[1] ?? '';
    const fits = (patterns: readonly RegExp[], target: string) =>
      patterns.some((pattern) => new RegExp(pattern.source.replace('$1', own)).test(target));
    for (const { target, isOwn, isType } of file.imports) {
      if (!isOwn || fits(rule.may, target) || (isType && fits(rule.types ?? [], target))) continue;
      if (EDGES.some(([from, to]) => file.path.startsWith(from) && target === to)) continue;
      findings.push(`${file.path} imports ${target}`);
    }
  }
  expectNone(findings, 'these imports go against the arrow commands → features → engine → core:');
});

test('a part is entered only through its index.ts', () => {
  const findings: string[] = [];
  for (const file of readSources('src')) {
    const home = partOf(file.path);
    for (const { target, isOwn } of file.imports) {
      const part = partOf(target);
      if (!isOwn || part === undefined || part === home || target === `${part}index.ts`) continue;
      findings.push(`${file.path} reaches into ${target}`);
    }
  }
  expectNone(findings, 'enter by the door:');
});

function partOf(path: string): string | undefined {
  return /^src\/lib\/(engine|features)\/[^/]+\//.exec(path)?.[0];
}

test('core and engine touch neither the process nor the clock', () => {
  const findings: string[] = [];
  const check = (file: SourceFile, words: readonly RegExp[]) => {
    for (const word of words)
      if (word.test(file.code)) findings.push(`${file.path} uses ${word.source.replaceAll('\\b', '').replaceAll('\\', '')}`);
  };
  for (const file of readSources('src/lib/core')) {
    check(file, [/\bprocess\./, /\bconsole\./, /\bDate\.now\(/, /\bnew Date\(\)/, /\bMath\.random\(/, /\bsetTimeout\(/]);
    for (const { target } of file.imports)
      if (/^node:(fs|http|net|tls|child_process|os)/.test(target)) findings.push(`${file.path} imports ${target}`);
  }
  for (const file of readSources('src/lib/engine'))
    check(file, [/\bprocess\.(env|cwd|argv|exit|stdout|stderr|on)\b/, /\bconsole\./, /\bDate\.now\(/, /\bnew Date\(\)/]);
  for (const file of [...readSources('src/lib/features'), ...readSources('src/commands')])
    check(file, [/\bconsole\./, /\bprocess\.(stdout|stderr|exit)\b/]);
  expectNone(findings, 'the clock, the environment and the streams come in as arguments:');
});

test('no module has state of its own', () => {
  const findings = readSources('src').flatMap((file) =>
    [...file.code.matchAll(/^(?:export )?let \w+/gm)].map(([found]) => `${file.path}: ${found}`),
  );
  expectNone(findings, 'two runs in one process must not see each other:');
});
