import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asFluxError, formatError, printError } from '../../../../src/lib/cli/print-error.ts';
import { PLAIN } from '../../../../src/lib/cli/terminal.ts';
import { FluxError } from '../../../../src/lib/core/errors.ts';
import { parseYamlDocuments } from '../../../../src/lib/core/yaml/index.ts';

const ERROR = new FluxError('kustomize/cycle', 'the bases go round', {
  hint: 'break the circle\nat one end',
  source: { file: 'a/kustomization.yaml', line: 3, column: 5 },
  errors: [new FluxError('kustomize/not-found', 'no such file')],
  details: { depth: 3n },
});

async function print(format: 'json' | 'yaml' | 'table'): Promise<string> {
  let text = '';
  await printError(ERROR, format, { write: (more) => void (text += more), isTTY: false, columns: undefined }, PLAIN);
  return text;
}

const SHAPE = {
  code: 'kustomize/cycle',
  message: 'the bases go round',
  hint: 'break the circle\nat one end',
  source: { file: 'a/kustomization.yaml', line: 3, column: 5 },
  details: { depth: 3 },
  errors: [{ code: 'kustomize/not-found', message: 'no such file' }],
};

describe('printError()', () => {
  test('writes one object as JSON', async () => assert.deepEqual(JSON.parse(await print('json')), { error: SHAPE }));

  test('writes the same as YAML', async () => {
    const [document] = parseYamlDocuments(await print('yaml'));
    assert.deepEqual(JSON.parse(JSON.stringify(document?.value)), { error: SHAPE });
  });

  test('writes sentence, place, single failures and mend for people', async () => {
    assert.equal(
      await print('table'),
      '✗ the bases go round\n    a/kustomization.yaml:3:5\n    ✗ no such file\n  break the circle\n  at one end\n',
    );
  });
});

describe('formatError()', () => {
  test('does not repeat a place that the sentence names', () => {
    const error = new FluxError('core/x', 'a.yaml:3: bad', { source: { file: 'a.yaml', line: 3 } });
    assert.equal(formatError(error, PLAIN), '✗ a.yaml:3: bad\n');
  });

  test('shows escape sequences of a message that came from elsewhere', () => {
    assert.equal(formatError(new FluxError('objects/failed', '\u001b[2Jgone'), PLAIN), '✗ ^[[2Jgone\n');
  });

  test('asks to report a mistake of ours, with its stack: internal/bug', () => {
    const text = formatError(asFluxError(new TypeError('x is undefined'), new AbortController().signal), PLAIN);
    assert.match(text, /^✗ x is undefined\n {2}this is a mistake of flux-ts: please report it/);
    assert.match(text, /print-error\.test\.ts/);
  });
});

describe('asFluxError()', () => {
  const quiet = new AbortController().signal;

  test('leaves a FluxError as it is', () => assert.equal(asFluxError(ERROR, quiet), ERROR));

  test('tells an interruption: usage/interrupted', () => {
    assert.equal(asFluxError(new Error('SIGINT'), AbortSignal.abort()).code, 'usage/interrupted');
  });

  test('tells a time limit, and how to raise it: usage/timeout', () => {
    const error = asFluxError(new DOMException('x', 'TimeoutError'), quiet);
    assert.equal(error.code, 'usage/timeout');
    assert.match(error.hint ?? '', /--timeout/);
  });

  test('tells anything else as a mistake of ours, without secrets: internal/bug', () => {
    const error = asFluxError(new Error('no https://me:pw@host'), quiet);
    assert.equal(error.code, 'internal/bug');
    assert.equal(error.message, 'no https://***@host');
    assert.doesNotMatch(String(error.stack), /pw/);
    assert.equal(asFluxError('just a text', quiet).message, 'just a text');
  });
});
