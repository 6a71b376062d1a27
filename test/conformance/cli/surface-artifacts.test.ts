import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commandIndex } from '../../../src/commands/index.ts';
import { flagsOf } from '../../../src/lib/cli/launch.ts';
import { ROOT } from '../../checks/read-sources.ts';

interface FluxFlag {
  readonly name: string;
  readonly shorthand: string | null;
  readonly default: string;
  readonly enum?: readonly string[];
  readonly hidden?: boolean;
}

interface FluxCommand {
  readonly path: string;
  readonly args: readonly { readonly name: string }[];
  readonly localFlags: readonly FluxFlag[];
  readonly persistentFlags: readonly FluxFlag[];
}

/** What flux has, beside this repository; recorded from flux 2.9.4. */
const SURFACE = join(ROOT, '../shared/facts/flux-cli.json');

/** Defaults that read otherwise: `-o` has a default form of its own here. */
const OWN_DEFAULTS: ReadonlySet<string> = new Set(['push artifact --output']);

const COMMANDS = [
  'build artifact',
  'push artifact',
  'pull artifact',
  'list artifacts',
  'tag artifact',
  'diff artifact',
  'bootstrap git',
  'bootstrap github',
  'bootstrap gitlab',
  'bootstrap gitea',
  'bootstrap bitbucket-server',
];

describe('the surface of flux', { skip: existsSync(SURFACE) ? false : `${SURFACE} is not there` }, () => {
  const all = existsSync(SURFACE) ? (JSON.parse(readFileSync(SURFACE, 'utf8')) as { commands: FluxCommand[] }).commands : [];
  const byPath = new Map(all.map((command) => [command.path, command]));
  for (const id of COMMANDS) {
    it(`is all there in ${id}`, async () => {
      const theirs = byPath.get(`flux ${id}`);
      assert.ok(theirs !== undefined, `flux has no ${id}`);
      const group = byPath.get(`flux ${id.split(' ')[0]}`);
      const entry = commandIndex()[id];
      assert.ok(entry !== undefined, `there is no ${id}`);
      const command = (await entry.load()).default;
      const ours = flagsOf(command);
      const missing: string[] = [];
      for (const flag of [...theirs.localFlags, ...theirs.persistentFlags, ...(group?.persistentFlags ?? [])]) {
        if (flag.name === 'help') continue;
        const own = ours[flag.name];
        if (own === undefined) {
          missing.push(`--${flag.name}`);
          continue;
        }
        if ((own.short ?? null) !== flag.shorthand) missing.push(`--${flag.name}: -${own.short} for -${flag.shorthand}`);
        const value = formatDefault(own.default);
        const wanted = flag.default.replace(/^\[(.*)\]$/, '$1');
        if (value !== wanted && own.defaultText !== flag.default && !OWN_DEFAULTS.has(`${id} --${flag.name}`)) {
          missing.push(`--${flag.name}: default ${value} for ${flag.default}`);
        }
        for (const option of flag.enum ?? []) {
          if (own.options !== undefined && !own.options.includes(option)) missing.push(`--${flag.name}=${option}`);
        }
      }
      assert.deepEqual(missing, []);
      assert.ok((command.args ?? []).length >= theirs.args.length, 'its arguments');
    });
  }
});

function formatDefault(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
