import { formatDuration } from '../../core/duration.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import { checkImageRepository } from './image-name.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { fieldsOf, makeObject, nameRef } from './spec-fields.ts';

/** What an ImageRepository is made of. Texts that are empty leave their field out. */
export interface ImageRepositoryOptions {
  readonly image: string;
  readonly secretRef: string;
  readonly certRef: string;
  /** Milliseconds. */
  readonly interval: number;
  /** Milliseconds; 0 leaves the field out. */
  readonly scanTimeout: number;
}

/**
 * Makes an ImageRepository.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_image_repository.go
 *
 * @throws {FluxError} create/flag-missing, create/bad-image
 */
export function makeImageRepository(base: ObjectBase, options: ImageRepositoryOptions): K8sObject {
  const { image, secretRef, certRef, interval, scanTimeout } = options;
  if (image === '') throw missingFlag('image', 'an image repository (--image) is required');
  checkImageRepository(image);
  return makeObject(
    'ImageRepository',
    base,
    fieldsOf({
      image,
      interval: formatDuration(interval),
      timeout: scanTimeout === 0 ? '' : formatDuration(scanTimeout),
      secretRef: nameRef(secretRef),
      certSecretRef: nameRef(certRef),
    }),
  );
}
