import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEvents } from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import {
  endsWithColon,
  refuseFlowKey,
  refusePlainInFlow,
  refuseTabAfterDash,
} from '../../../../../src/lib/core/yaml/go-scanner.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';

/** The events of a text, without the document and its end. */
const nodesOf = (text: string): Event[] => parseEvents(text, {}).slice(1, -1);

/** The first scalar within the outermost brackets. */
const firstIn = (text: string): ScalarEvent => nodesOf(text)[1] as ScalarEvent;

describe('refusePlainInFlow()', () => {
  test('tells of a colon at the start and of a question mark', () => {
    assert.equal(refusePlainInFlow('[:x]', firstIn('[:x]'))?.offset, 1);
    assert.equal(refusePlainInFlow('[x?y]', firstIn('[x?y]'))?.offset, 2);
    assert.equal(refusePlainInFlow('[x:y]', firstIn('[x:y]')), undefined);
  });

  test('makes the reader refuse what Go refuses, in brackets only', () => {
    for (const text of ['a: [::1]', 'a: {b: :c}', 'a: [http://x/?y]', 'a: [?b]', 'a: [::]'])
      assert.throws(() => parseYaml(text), { code: 'yaml/invalid' }, text);
    assert.deepEqual(parseYaml('{a: "?", b: ["::1"]}'), { a: '?', b: ['::1'] });
    assert.deepEqual(parseYaml('a: ::1\nb: c?d\n'), { a: '::1', b: 'c?d' });
  });
});

describe('endsWithColon()', () => {
  test('tells whether the colon of a key without quotes stands before a bracket or comma', () => {
    const mapping = (text: string): ScalarEvent => nodesOf(text)[1] as ScalarEvent;
    assert.equal(endsWithColon('{x:}', mapping('{x:}')), true);
    assert.equal(endsWithColon('{x: }', mapping('{x: }')), false);
    assert.equal(endsWithColon('{"x":}', mapping('{"x":}')), false);
  });

  test('makes the reader keep the colon', () => {
    assert.deepEqual(parseYaml('[x:, w, z: ]'), ['x:', 'w', { z: null }]);
    assert.deepEqual(parseYaml('{x:, w: z}'), { 'x:': null, w: 'z' });
  });
});

describe('refuseFlowKey()', () => {
  test('tells of a brace right behind the colon', () => {
    assert.equal(refuseFlowKey('{a:{b: c}}', firstIn('{a:{b: c}}'))?.offset, 3);
    assert.equal(refuseFlowKey('{"a":{b: c}}', firstIn('{"a":{b: c}}')), undefined);
  });

  test('tells of a key whose colon is on another line, unless a question mark says where it starts', () => {
    for (const text of ['{"a\n b": c}', '{a\n b: c}', '{a\n : b}', '{a # c\n : b}', '{"a"\n: b}', '{x: y, a\n : b}'])
      assert.throws(() => parseYaml(text), { code: 'yaml/invalid' }, text);
    assert.deepEqual(parseYaml('{? a\n : b, ? &x "c"\n : d, e\n f, g:\n h}'), { a: 'b', c: 'd', 'e f': null, g: 'h' });
  });
});

describe('refuseTabAfterDash()', () => {
  test('tells of a tab between a dash and its item', () => {
    assert.equal(refuseTabAfterDash('- \ta', firstIn('- \ta'))?.offset, 2);
    assert.equal(refuseTabAfterDash('- a', firstIn('- a')), undefined);
    assert.equal(refuseTabAfterDash('-', firstIn('-')), undefined);
  });

  test('makes the reader refuse it before any item', () => {
    for (const item of ['a', '"a"', '{a: b}', '[a]', '&x a', '!!str a', 'a: b'])
      assert.throws(() => parseYaml(`-\t${item}\n`), { code: 'yaml/invalid' }, item);
    assert.throws(() => parseYaml('- &x a\n-\t*x\n'), { code: 'yaml/invalid' });
    assert.deepEqual(parseYaml('a:\t- b'.replace('- b', '-b')), { a: '-b' });
  });
});

describe('parseYaml()', () => {
  test('takes a tab in brackets and before them for a blank, but not after a dash', () => {
    assert.deepEqual(parseYaml('a:\t[b,\tc]\nd: {\te:\tf\t,\tg: "h\ti"\t}\nj: &k\t{}\n'), {
      a: ['b', 'c'],
      d: { e: 'f', g: 'h\ti' },
      j: {},
    });
    for (const text of ['-\t[a]', '- -\t{a: b}', '?\t[a]']) assert.throws(() => parseYaml(text), { code: 'yaml/invalid' }, text);
  });

  test('merges maps only, whatever a scalar was made of', () => {
    for (const text of ['a: {<<: }', 'a: {<<: 0x10}', 'a:\n  <<: 2001-01-01\n', 'a: {<<: [~]}'])
      assert.throws(() => parseYaml(text, { schema: 'kyaml' }), { code: 'yaml/invalid' }, text);
  });
});
