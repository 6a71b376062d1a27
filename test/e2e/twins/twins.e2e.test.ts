import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { History } from './history.ts';
import { openTwins, type Twins } from './open-twins.ts';

/** A part of a file's name; only those histories are gone through. */
const only = process.env['FLUX_TS_TEST_HISTORY'] ?? '';

const HISTORIES = new URL('./histories/', import.meta.url);
const files = readdirSync(HISTORIES).filter((file) => file.includes(only));

describe('drive() and the real controllers leave the same', { concurrency: 3, timeout: 1_200_000 }, () => {
  let twins: Twins;

  before(async () => {
    twins = await openTwins();
  });

  after(async () => {
    await twins?.close();
  });

  for (const file of files) {
    it(file.replace(/\.ts$/, ''), async () => {
      const { history } = (await import(new URL(file, HISTORIES).href)) as { history: History };
      const told = await twins.live(history);
      // Not an assertion: its own picture of a long text cannot be read.
      if (told.length > 0) throw new Error(`${history.title}: ${told.length} differences\n${told.join('\n')}`);
    });
  }
});
