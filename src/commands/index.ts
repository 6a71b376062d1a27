import type { CommandEntry, CommandIndex } from '../lib/cli/command.ts';
import { KINDS, type ObjectVerb } from '../lib/core/kinds.ts';
import { COMMAND_FILES } from './files.generated.ts';

/** All commands: those with a file each, and each verb of each kind. */
export function commandIndex(): CommandIndex {
  return { ...verbsOfKinds(), ...COMMAND_FILES };
}

function verbsOfKinds(): Record<string, CommandEntry> {
  const entries: Record<string, CommandEntry> = {};
  for (const kind of KINDS) {
    for (const verb of kind.verbs) {
      entries[`${verb} ${verb === 'get' ? kind.getWords : kind.words}`] = {
        summary: SUMMARY[verb](kind.kind),
        aliases: verb === 'get' ? kind.getAliases : kind.aliases,
        load: async () => ({ default: (await LOAD[verb]())(kind) }),
      };
    }
  }
  return entries;
}

const SUMMARY: Readonly<Record<ObjectVerb, (kind: string) => string>> = {
  get: (kind) => `Show ${kind} objects and whether they are ready`,
  export: (kind) => `Print ${kind} objects as YAML that can be committed`,
  delete: (kind) => `Delete a ${kind}`,
  suspend: (kind) => `Suspend ${kind} objects`,
  resume: (kind) => `Resume suspended ${kind} objects`,
  reconcile: (kind) => `Reconcile a ${kind} now`,
};

const LOAD = {
  get: async () => (await import('./support/get.ts')).getCommand,
  export: async () => (await import('./support/export.ts')).exportCommand,
  delete: async () => (await import('./support/delete.ts')).deleteCommand,
  suspend: async () => (await import('./support/suspend.ts')).suspendCommand,
  resume: async () => (await import('./support/resume.ts')).resumeCommand,
  reconcile: async () => (await import('./support/reconcile.ts')).reconcileCommand,
} as const;
