export { ANNOTATION, MEDIA_TYPE, OCI_PREFIX } from './constants.ts';
export { findLogin, findLoginIn, type KeychainPorts, parseCreds } from './docker-config.ts';
export { type Image, type ImageInput, makeImage } from './make-image.ts';
export { openRegistry, type Registry, type RegistryOptions } from './open-registry.ts';
export { type Challenge, parseChallenge } from './parse-challenge.ts';
export { checkTag, identifierOf, parseReference, type Reference, repositoryName } from './parse-reference.ts';
export { INDEX_TYPES, type ReadManifest, readManifest } from './read-manifest.ts';
export { makeSend, type SendOptions } from './send-http.ts';
export type {
  Descriptor,
  HttpAnswer,
  HttpRequest,
  Manifest,
  RegistryLogin,
  RegistryPorts,
  SendPort,
  StoredManifest,
} from './types.ts';
