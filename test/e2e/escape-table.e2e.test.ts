import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EscapeReport } from '../../src/lib/features/escape/index.ts';
import { attackSetup, SETUPS } from '../../tools/escape-setups.ts';
import { formatEscapeTable, replaceTable } from '../../tools/escape-table.ts';

/** Each set-up is attacked in a control plane of its own. */
describe('the ways out of a tenant, on four set-ups', { timeout: 600_000 }, () => {
  const reports: EscapeReport[] = [];
  let state: string;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'flux-ts-escape-'));
    const kept = ['XDG_CACHE_HOME', 'KUBEBUILDER_ASSETS'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const env = { HOME: homedir(), XDG_STATE_HOME: state, ...Object.fromEntries(kept) };
    for (const setup of SETUPS) reports.push(await attackSetup(setup, env));
  });

  after(() => rmSync(state, { recursive: true, force: true }));

  it('are all shut in the narrowest', () => {
    const left = reports.at(-1)?.vectors.filter(({ verdict }) => verdict !== 'closed');
    assert.deepEqual(left, []);
  });

  it('are open in the default installation, so that the attempts are worth something', () => {
    const open = reports[0]?.vectors.filter(({ verdict }) => verdict === 'open').map(({ id }) => id);
    assert.deepEqual(open, ['E1', 'E2', 'E3', 'E7', 'E11', 'E12', 'E13', 'E16', 'E19', 'E20']);
  });

  it('are run for real where a Kustomization is the way: one without an account reaches the platform, until a guard is there', () => {
    const real = reports.map(({ vectors }) =>
      vectors
        .flatMap(({ attempts }) => attempts.filter(({ what }) => what.startsWith('for real:')))
        .map(({ verdict }) => verdict),
    );
    assert.deepEqual(
      real.map((verdicts) => verdicts.length),
      SETUPS.map(() => 5),
    );
    assert.deepEqual(
      real.map(([withoutAccount, source]) => [withoutAccount, source]),
      [
        ['open', 'open'],
        ['closed', 'closed'],
        ['closed', 'closed'],
        ['closed', 'closed'],
      ],
    );
  });

  it('stand in docs/security.md as they are', () => {
    const document = readFileSync(fileURLToPath(new URL('../../docs/security.md', import.meta.url)), 'utf8');
    assert.equal(document, replaceTable(document, formatEscapeTable(SETUPS, reports)), 'run: node tools/run.mjs escape');
  });
});
