import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirm } from '../../../src/lib/context-confirm.ts';
import type { Host } from '../../../src/lib/core/host.ts';

test('confirm() asks nobody where there is no terminal, and says what answers it: usage/no-terminal', async () => {
  await assert.rejects(confirm('Are you sure', { interactive: false } as Host), {
    code: 'usage/no-terminal',
    message: '"Are you sure" cannot be asked: this is no terminal',
    hint: 'answer it with --yes',
  });
});
