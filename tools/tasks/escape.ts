import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EscapeReport } from '../../src/lib/features/escape/index.ts';
import { attackSetup, SETUPS } from '../escape-setups.ts';
import { formatEscapeTable, replaceTable } from '../escape-table.ts';

// Attacks four set-ups, each in a control plane of its own, and writes what came of it into docs/security.md.
const document = fileURLToPath(new URL('../../docs/security.md', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'flux-ts-escape-'));
const env = {
  HOME: homedir(),
  XDG_STATE_HOME: state,
  ...(process.env['XDG_CACHE_HOME'] === undefined ? {} : { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] }),
  ...(process.env['KUBEBUILDER_ASSETS'] === undefined ? {} : { KUBEBUILDER_ASSETS: process.env['KUBEBUILDER_ASSETS'] }),
};
try {
  const reports: EscapeReport[] = [];
  for (const setup of SETUPS) {
    process.stderr.write(`► ${setup.title}\n`);
    reports.push(await attackSetup(setup, env));
  }
  const table = formatEscapeTable(SETUPS, reports);
  process.stdout.write(table);
  writeFileSync(document, replaceTable(readFileSync(document, 'utf8'), table));
} finally {
  rmSync(state, { recursive: true, force: true });
}
