import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CommandIndex } from '../../../../src/lib/cli/command.ts';
import { findCommand, type Found } from '../../../../src/lib/cli/find-command.ts';

const entry = (aliases: readonly string[] = []) => ({
  summary: 'x',
  aliases,
  load: () => Promise.reject(new Error('finding a command must not load it')),
});

const COMMANDS: CommandIndex = {
  version: entry(),
  'get all': entry(),
  'get kustomizations': entry(['ks', 'kustomization']),
  'get sources git': entry(),
  'get sources all': entry(),
  'create tenant': entry(),
  'create source git': entry(),
};

/** The command and what is left for it, or what else was asked for. */
function find(line: string): string {
  const found: Found = findCommand(line.split(' ').filter(Boolean), COMMANDS);
  switch (found.kind) {
    case 'command':
      return `${found.id} | ${found.rest.join(' ')}`;
    case 'help':
      return `help | ${found.topic.join(' ')}`;
    case 'version':
      return 'version';
    case 'unknown':
      return `unknown ${found.word} | ${found.topic.join(' ')} | ${found.suggestion ?? ''}`;
  }
}

describe('findCommand()', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['finds a command and leaves it the rest', 'get kustomizations web -n apps', 'get kustomizations | web -n apps'],
    ['finds it by its alias', 'get ks web', 'get kustomizations | web'],
    ['finds it by the second name of its group', 'get source git', 'get sources git | '],
    ['takes the longest one', 'create source git podinfo', 'create source git | podinfo'],
    ['passes global flags before the words', '-n apps get all', 'get all | -n apps'],
    ['passes global switches before the words', '--yes get all', 'get all | --yes'],
    ['passes flags of the command before its words', '-o json get all', 'get all | -o json'],
    ['passes switches of the command before its words', '--export create tenant dev', 'create tenant | --export dev'],
    ['passes flags between the words', 'get --namespace apps all', 'get all | --namespace apps'],
    ['asks a command for its help behind "help"', 'help get ks', 'get kustomizations | --help'],
    ['shows help for a group', 'get', 'help | get'],
    ['shows help for a group with --help', 'get sources --help', 'help | get sources'],
    ['shows help for nothing at all', '', 'help | '],
    ['shows help for the root', '--help', 'help | '],
    ['shows the version', '--version', 'version'],
    ['shows the version for -v', '-v', 'version'],
    ['prefers help to the version', '--version --help', 'help | '],
    ['says what is near to an unknown word', 'get kustomizatons', 'unknown kustomizatons | get | kustomizations'],
    ['says so at the root', 'gte all', 'unknown gte |  | get'],
    ['suggests nothing where nothing is near', 'frobnicate', 'unknown frobnicate |  | '],
    ['does not take a name of an object member for a command', 'constructor', 'unknown constructor |  | '],
  ];
  for (const [what, line, expected] of cases) test(what, () => assert.equal(find(line), expected));
});
