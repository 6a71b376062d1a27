import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { importKeys } from '../../../../../src/lib/engine/sops/import-keys.ts';
import type { KeyService } from '../../../../../src/lib/engine/sops/types.ts';

/** A file of `data/`. */
export function readData(name: string): Buffer {
  return readFileSync(new URL(`data/${name}`, import.meta.url));
}

/** A Secret with these keys of `data/keys/`. */
export function secretWith(...names: readonly string[]): K8sObject {
  const data = Object.fromEntries(names.map((name) => [name, readData(`keys/${name}`).toString('base64')]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'apps' }, data };
}

/** What can be opened with these keys of `data/keys/`. */
export function servicesOf(...names: readonly string[]): Promise<readonly KeyService[]> {
  return importKeys(secretWith(...names), 'none', {});
}

/** Demands an error with this code, whose sentence fits, and nothing of whose text is a secret of `data/`. */
export async function rejects(run: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  await assert.rejects(run, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    assert.match(error.message, message);
    assert.doesNotMatch(JSON.stringify(error), /AGE-SECRET|correct horse|PRIVATE KEY/);
    return true;
  });
}
