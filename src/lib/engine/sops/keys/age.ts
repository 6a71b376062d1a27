import { FluxError, messageOf } from '../../../core/errors.ts';
import type { KeyService } from '../types.ts';

/** Beginnings of the identities that can be used. */
const KNOWN = /^AGE-SECRET-KEY-(?:PQ-)?1/;

/**
 * Reads age identities: one a line, empty lines and comments between them.
 *
 * Effects: none; loads the age library
 * Source: sops age/keysource.go parseIdentities
 * Differs: identities of plugins are passed over, since a plugin is a program; upstream keeps them, and fails once it needs one
 *
 * @throws {FluxError} sops/bad-key: a line that is no identity; the line is not told
 */
export async function readAgeIdentities(text: string): Promise<string[]> {
  const identities: string[] = [];
  for (const line of text.split('\n').map((one) => one.replace(/\r$/, ''))) {
    if (line === '' || line.startsWith('#') || line.startsWith('AGE-PLUGIN-')) continue;
    if (!KNOWN.test(line)) throw badKey('unknown identity type');
    const { identityToRecipient } = await import('age-encryption');
    try {
      await identityToRecipient(line);
    } catch {
      // What the library says may have the identity in it.
      throw badKey('malformed secret key');
    }
    identities.push(line);
  }
  return identities;
}

/**
 * Decrypts with age identities.
 *
 * Effects: none; loads the age library when it is used
 * Source: sops age/keysource.go
 */
export function ageService(identities: readonly string[]): KeyService {
  return {
    type: 'age',
    async decrypt({ encrypted }) {
      if (identities.length === 0) throw new FluxError('sops/no-data-key', 'no age identities are at hand');
      const { armor, Decrypter } = await import('age-encryption');
      const decrypter = new Decrypter();
      for (const identity of identities) decrypter.addIdentity(identity);
      try {
        return await decrypter.decrypt(armor.decode(encrypted));
      } catch (error) {
        const isOther = messageOf(error).startsWith('no identity matched');
        const why = isOther ? 'no identity matched any of the recipients' : 'the encrypted data key is malformed';
        throw new FluxError('sops/no-data-key', `failed to create reader for decrypting sops data key with age: ${why}`);
      }
    },
  };
}

function badKey(why: string): FluxError {
  return new FluxError('sops/bad-key', `failed to parse and add to age identities: ${why}`, {
    hint: 'an .agekey entry is what age-keygen writes: identities, one a line, and comments',
  });
}
