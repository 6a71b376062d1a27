export { createDecryption } from './create-decryption.ts';
export type { Decryption, DecryptionPorts } from './create-decryption.ts';
export { decryptDocument } from './decrypt-document.ts';
export type { DecryptOptions } from './decrypt-document.ts';
export { decryptFiles } from './decrypt-files.ts';
export type { SourceLists } from './decrypt-files.ts';
export { decryptObject } from './decrypt-object.ts';
export { detectFormat, formatForPath } from './format-for-path.ts';
export { importKeys } from './import-keys.ts';
export type { AmbientIdentity, KeyPorts } from './import-keys.ts';
export type {
  AccountRef,
  CloudLoginPort,
  HttpPort,
  KeyService,
  KeyType,
  MasterKey,
  PackagePort,
  SopsFormat,
  VaultLoginPort,
} from './types.ts';
