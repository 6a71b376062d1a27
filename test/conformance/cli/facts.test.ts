import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandIndex } from '../../../src/commands/index.ts';
import { findCommand } from '../../../src/lib/cli/find-command.ts';
import { flagsOf } from '../../../src/lib/cli/launch.ts';

/** What is known of the flux CLI; it lies beside the repository, and not everywhere. */
const FACTS = new URL('../../../../shared/facts/flux-cli.json', import.meta.url);

/** The commands that look at objects, and those that change one thing about them. */
const TOPICS: ReadonlySet<string> = new Set([
  'get',
  'export',
  'suspend',
  'resume',
  'reconcile',
  'delete',
  'diff',
  'events',
  'logs',
  'trace',
  'stats',
  'debug',
  'tree',
  'version',
  'check',
  'completion',
  'trigger',
  'plugin',
]);

/** What is not there yet; an entry that is has to go. */
const GAPS: Readonly<Record<string, string>> = {};

/** Defaults that are others on purpose; docs/differences.md has them. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = {
  'flux diff kustomization --strict-substitute': 'true',
  'flux tree artifact generator --output': 'table',
  'flux tree kustomization --output': 'table',
};

interface FactFlag {
  readonly name: string;
  readonly shorthand: string | null;
  readonly type: string;
  readonly default: string;
}

interface FactCommand {
  readonly path: string;
  readonly aliases: readonly string[];
  readonly runnable: boolean;
  readonly group: boolean;
  readonly localFlags: readonly FactFlag[];
  readonly persistentFlags: readonly FactFlag[];
}

const skip = existsSync(FACTS) ? false : `${FACTS.pathname} is not there: nothing is compared with the flux CLI`;

test('each command that looks has all words, flags, short forms and defaults of flux', { skip }, async () => {
  const { commands } = JSON.parse(readFileSync(FACTS, 'utf8')) as { commands: FactCommand[] };
  const index = commandIndex();
  const findings: string[] = [];
  let compared = 0;
  for (const fact of commands) {
    const words = fact.path.split(' ').slice(1);
    if (!TOPICS.has(words[0] ?? '') || fact.group || !fact.runnable) continue;
    const found = findCommand(words, index);
    const isThere = found.kind === 'command' && found.rest.length === 0;
    if (isThere === fact.path in GAPS)
      findings.push(isThere ? `${fact.path} is there, and still a gap` : `${fact.path} is missing`);
    if (!isThere) continue;
    compared += 1;
    for (const alias of fact.aliases) {
      const other = findCommand([...words.slice(0, -1), alias], index);
      if (other.kind !== 'command' || other.id !== found.id) findings.push(`${fact.path} has no alias ${alias}`);
    }
    const flags = flagsOf((await found.entry.load()).default);
    const above = commands.filter(({ path }) => path !== 'flux' && fact.path.startsWith(`${path} `));
    const wanted = [...fact.localFlags, ...fact.persistentFlags, ...above.flatMap((one) => one.persistentFlags)];
    for (const { name, shorthand, type, default: text } of wanted.filter((flag) => flag.name !== 'help')) {
      const flag = flags[name];
      const label = `${fact.path} --${name}`;
      if (flag === undefined) {
        findings.push(`${label} is missing`);
        continue;
      }
      if ((flag.short ?? null) !== shorthand) findings.push(`${label} is -${flag.short ?? ''}, and not -${shorthand ?? ''}`);
      if ((type === 'bool') !== (flag.bare !== undefined)) findings.push(`${label} is of another type than ${type}`);
      const own =
        type === 'stringToString' || Array.isArray(flag.default)
          ? `[${flag.defaultText ?? ''}]`
          : (flag.defaultText ?? String(flag.default));
      if (own !== (OTHER_DEFAULTS[label] ?? text)) findings.push(`${label} is ${own} by default, and not ${text}`);
    }
  }
  assert.ok(compared > 80, `only ${compared} commands were compared`);
  assert.deepEqual(findings, []);
});
