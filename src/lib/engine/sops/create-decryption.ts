import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { decryptFiles, type SourceLists } from './decrypt-files.ts';
import { decryptObject } from './decrypt-object.ts';
import { importKeys, type KeyPorts } from './import-keys.ts';
import type { KeyService } from './types.ts';

/** The one provider there is. */
const PROVIDER = 'sops';

/** What decryption needs of the world. */
export interface DecryptionPorts extends KeyPorts {
  /** Reads the decryption Secret, as the caller; `undefined` where it is not there. */
  readSecret(ref: ObjectRef): Promise<K8sObject | undefined>;
  /** The kustomization that is built for a Kustomization: that of its folder with the changes of its spec, or a generated one. */
  rootOf(files: FileSystem, kustomization: K8sObject): SourceLists;
}

/** Decrypts what the source of a Kustomization has, as `spec.decryption` says. */
export interface Decryption {
  /** A view of the files in which those that secret generators and patches name are in clear; for before the build. */
  decryptFiles(files: FileSystem, kustomization: K8sObject): Promise<FileSystem>;
  /** The objects in clear; for after the build. */
  decryptObjects(objects: readonly K8sObject[], kustomization: K8sObject): Promise<readonly K8sObject[]>;
}

/**
 * Makes the decryption of Kustomizations. The Secret with the keys is read once for files and objects of a run.
 *
 * Effects: none by itself
 * Source: kustomize-controller internal/decryptor
 */
export function createDecryption(ports: DecryptionPorts): Decryption {
  const keysOfRun = new WeakMap<K8sObject, readonly KeyService[]>();
  return {
    async decryptFiles(files, kustomization) {
      const decryption = decryptionOf(kustomization);
      if (decryption === undefined) return files;
      const services = await readKeys(kustomization, decryption, ports);
      keysOfRun.set(kustomization, services);
      const spec = kustomization['spec'];
      const path = isJsonObject(spec) && typeof spec['path'] === 'string' ? spec['path'] : '';
      return await decryptFiles(files, path, ports.rootOf(files, kustomization), services);
    },
    async decryptObjects(objects, kustomization) {
      const decryption = decryptionOf(kustomization);
      if (decryption === undefined) return objects;
      const services = keysOfRun.get(kustomization) ?? (await readKeys(kustomization, decryption, ports));
      keysOfRun.delete(kustomization);
      const plain: K8sObject[] = [];
      for (const object of objects) plain.push(await decryptObject(object, services));
      return plain;
    },
  };
}

function decryptionOf(kustomization: K8sObject): JsonObject | undefined {
  const spec = kustomization['spec'];
  const decryption = isJsonObject(spec) ? spec['decryption'] : undefined;
  return isJsonObject(decryption) && decryption['provider'] === PROVIDER ? decryption : undefined;
}

async function readKeys(
  kustomization: K8sObject,
  { secretRef, serviceAccountName }: JsonObject,
  ports: DecryptionPorts,
): Promise<readonly KeyService[]> {
  const account = typeof serviceAccountName === 'string' ? serviceAccountName : '';
  const ambient = account === '' ? 'machine' : { namespace: kustomization.metadata.namespace ?? '', name: account };
  const name = isJsonObject(secretRef) ? secretRef['name'] : undefined;
  if (typeof name !== 'string' || name === '') return await importKeys(undefined, ambient, ports);
  const { namespace = '' } = kustomization.metadata;
  const secret = await ports.readSecret({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (secret !== undefined) return await importKeys(secret, ambient, ports);
  throw new FluxError('sops/secret-not-found', `secrets "${name}" not found: spec.decryption.secretRef names it`, {
    subject: refOf(kustomization),
    hint: `kubectl create secret generic ${name} --namespace=${namespace} --from-file=age.agekey=FILE`,
  });
}
