import { test } from 'node:test';
import { readSources } from './read-sources.ts';

test('the ten largest files, to look at now and then', (t) => {
  const files = readSources('src')
    .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    .sort((a, b) => b.lines - a.lines);
  for (const { path, lines } of files.slice(0, 10)) t.diagnostic(`${lines} ${path}`);
  if (files.length === 0) throw new Error('no source was found');
});
