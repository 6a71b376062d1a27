import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileSystem } from '../../src/lib/core/filesystem.ts';
import { isK8sObject, type K8sObject } from '../../src/lib/core/objects.ts';
import { type Progress, SILENT } from '../../src/lib/core/progress.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import { fetchTree, resolveRevision } from '../../src/lib/engine/git/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { ReconcilePorts } from '../../src/lib/features/reconcile/index.ts';

/** A progress that keeps its lines. */
export interface Story extends Progress {
  readonly lines: string[];
}

/** Makes a progress whose lines can be looked at. */
export function createStory(): Story {
  const lines: string[] = [];
  const at = (mark: string) => (text: string) => {
    lines.push(`${mark} ${text}`);
  };
  return {
    ...SILENT,
    lines,
    action: at('►'),
    waiting: at('◎'),
    success: at('✔'),
    warning: at('⚠'),
    failure: at('✗'),
    detail: at(' '),
  };
}

/** What the driven pipeline needs, with plain YAML in the place of kustomize: each file below the path, as it stands. */
export function drivePorts(kube: KubeClient, progress: Progress = SILENT): ReconcilePorts {
  return {
    kube,
    git: { resolveRevision, fetchTree },
    build: { build: async (files, object) => readPlain(files, object), substitute: (text) => text },
    world: {
      now: () => Date.now(),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
      uniqueId: () => randomUUID(),
      hostName: hostname(),
    },
    progress,
  };
}

function readPlain(files: FileSystem, object: K8sObject): K8sObject[] {
  const target = readText(object, 'spec', 'targetNamespace');
  const read = (path: string): K8sObject[] =>
    files.readDir(path).flatMap((name) => {
      const below = `${path === '/' ? '' : path}/${name}`;
      if (files.stat(below) === 'directory') return read(below);
      if (!name.endsWith('.yaml')) return [];
      const text = new TextDecoder().decode(files.readFile(below));
      return parseYamlDocuments(text).flatMap(({ value }) => (isK8sObject(value) ? [value] : []));
    });
  const root = `/${readText(object, 'spec', 'path')}`.replace(/\/\.\//, '/').replace(/(.)\/$/, '$1');
  return read(root).map((one) => (target === '' ? one : { ...one, metadata: { ...one.metadata, namespace: target } }));
}
