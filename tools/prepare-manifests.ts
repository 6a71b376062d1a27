import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatJson } from '../src/lib/core/json.ts';
import { readText } from '../src/lib/core/read-object.ts';
import { parseYaml } from '../src/lib/core/yaml/index.ts';
import { openRooted } from '../src/lib/engine/filesys/index.ts';
import { build } from '../src/lib/engine/kustomize/index.ts';

const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;

/** Bases that only other bases refer to: they are part of those then. */
const INNER = /^crds\//;

/**
 * Builds each base of `manifests/` by itself, so that what remains to be done for an installation is to lay the options over.
 * What is no base (a component) stays as it is.
 *
 * Effects: reads the folder
 *
 * @param folder path of `manifests/`
 * @returns contents by path: a folder for each base, with one list of objects in JSON
 */
export function prepareManifests(folder: string): Record<string, string> {
  const files = openRooted(folder);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const prepared: Record<string, string> = {};
  for (const path of paths.filter((name) => name.endsWith('kustomization.yaml') && !INNER.test(name))) {
    const base = `/${dirname(path)}`;
    const text = readFileSync(join(folder, path), 'utf8');
    if (readText(parseYaml(text), 'kind') === 'Kustomization') {
      const items = build(files, base, { reorder: 'none' });
      prepared[`${base}/kustomization.yaml`] = formatJson({ ...KUSTOMIZATION, resources: ['objects.json'] });
      prepared[`${base}/objects.json`] = formatJson({ apiVersion: 'v1', kind: 'List', items });
    } else {
      for (const name of files.readDir(base)) {
        const kept = `${base}/${name}`;
        if (files.stat(kept) === 'file') prepared[kept] = new TextDecoder().decode(files.readFile(kept));
      }
    }
  }
  return prepared;
}
