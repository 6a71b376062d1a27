import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documents } from '../../../../src/lib/cli/documents.ts';
import { type Output, OUTPUT_FORMATS, table } from '../../../../src/lib/cli/output.ts';
import { formatOutput, printOutput } from '../../../../src/lib/cli/print-output.ts';
import type { Paint } from '../../../../src/lib/cli/terminal.ts';

const RESULT: Output = {
  data: { items: [{ name: 'web', size: 9007199254740993n }] },
  view: table(
    [
      { title: 'Name', value: (row: { name: string }) => row.name },
      { title: 'Kind', value: () => 'K', wide: true },
    ],
    [{ name: 'web' }],
  ),
  names: ['k/web'],
};

async function print(output: Output, format: (typeof OUTPUT_FORMATS)[number]): Promise<string[]> {
  const writes: string[] = [];
  await printOutput(output, format, { write: (text) => void writes.push(text), isTTY: false, columns: undefined });
  return writes;
}

describe('formatOutput()', () => {
  const cases: readonly (readonly [(typeof OUTPUT_FORMATS)[number], string])[] = [
    ['table', 'NAME\nweb\n'],
    ['wide', 'NAME  KIND\nweb   K\n'],
    ['json', '{\n  "items": [\n    {\n      "name": "web",\n      "size": 9007199254740993\n    }\n  ]\n}\n'],
    ['yaml', 'items:\n- name: web\n  size: 9007199254740993\n'],
    ['name', 'k/web\n'],
    ['markdown', '| NAME |\n|---|\n| web |\n'],
  ];
  for (const [format, expected] of cases)
    test(`prints the result as ${format}`, async () => assert.equal(await formatOutput(RESULT, format), expected));

  test('prefers text to the table', async () =>
    assert.equal(await formatOutput({ ...RESULT, text: 'tree\n' }, 'table'), 'tree\n'));

  test('prints nothing for a result that has nothing in that form', async () => {
    for (const format of OUTPUT_FORMATS) assert.equal(await formatOutput({}, format), '');
  });

  test('shows escape sequences in text for people, and leaves manifests to the byte', async () => {
    assert.equal(await formatOutput({ text: 'a\u001b[2J\n' }, 'table'), 'a^[[2J\n');
    assert.equal(await formatOutput({ text: 'a: 1\n', data: {}, manifests: true }, 'yaml'), 'a: 1\n');
  });

  test('refuses a form that it does not know: internal/bug', async () => {
    await assert.rejects(formatOutput({}, 'xml' as never), { code: 'internal/bug' });
  });
});

describe('printOutput()', () => {
  async function* rows(): AsyncGenerator<unknown> {
    yield { name: 'a' };
    yield { name: 'b' };
  }
  const streamed = (): Output => ({ stream: rows(), ...(RESULT.view === undefined ? {} : { view: RESULT.view }) });

  test('prints a stream as rows below one head', async () =>
    assert.deepEqual(await print(streamed(), 'table'), ['NAME\na\n', 'b\n']));
  test('prints a stream as one JSON object a line', async () =>
    assert.deepEqual(await print(streamed(), 'json'), ['{"name":"a"}\n', '{"name":"b"}\n']));
  test('prints a stream as YAML documents', async () =>
    assert.deepEqual(await print(streamed(), 'yaml'), ['---\nname: a\n', '---\nname: b\n']));
  test('writes nothing for an empty result', async () => assert.deepEqual(await print({}, 'table'), []));
});

describe('documents()', () => {
  const one = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
  const two = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'b' } };

  test('gives YAML documents each after its line, and the object itself as data', () => {
    const output = documents([one]);
    assert.equal(output.text, '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n');
    assert.equal(output.data, one);
    assert.deepEqual(output.names, ['namespace/a']);
  });

  test('gives several as a List', () => {
    assert.deepEqual(documents([one, two]).data, { apiVersion: 'v1', kind: 'List', items: [one, two] });
    assert.deepEqual(documents([]).data, { apiVersion: 'v1', kind: 'List', items: [] });
  });
});

test('printOutput() leaves out the rows of a stream that are not worth one, but no document', async () => {
  async function* stream(): AsyncGenerator<{ name: string }> {
    yield { name: 'a' };
    yield { name: 'b' };
  }
  const columns = [{ title: 'Name', value: (row: unknown) => (row as { name: string }).name }];
  const view = { columns, rows: [], shows: (row: unknown) => (row as { name: string }).name !== 'a' };
  assert.deepEqual(await print({ stream: stream(), view }, 'table'), ['NAME\nb\n']);
  assert.deepEqual(await print({ stream: stream(), view }, 'json'), ['{"name":"a"}\n', '{"name":"b"}\n']);
});

test('printOutput() colours pieces where it is to, and lets none bring colours of its own', async () => {
  const pieces = [{ text: 'a\u001b[31m', tone: 'good' }, { text: ' b\u001b[0m\n' }] as const;
  const paint: Paint = (tone, text) => `<${tone}>${text}</>`;
  for (const [wanted, expected] of [
    [paint, '<good>a^[[31m</> b^[[0m\n'],
    [undefined, 'a^[[31m b^[[0m\n'],
  ] as const) {
    let text = '';
    const stdout = { write: (more: string) => void (text += more), isTTY: false, columns: undefined };
    await printOutput({ pieces, data: {} }, 'table', stdout, undefined, wanted);
    assert.equal(text, expected);
  }
});
