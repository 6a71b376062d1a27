import { readPrivateKey } from './read-private-key.ts';

/**
 * The public half of a private key as a line of `authorized_keys`, line end included, without comment.
 *
 * Effects: loads the SSH library
 * Source: golang.org/x/crypto/ssh MarshalAuthorizedKey
 *
 * @throws {FluxError} as `readPrivateKey`
 */
export async function publicKeyOf(privateKey: string, passphrase?: string): Promise<string> {
  const key = await readPrivateKey(privateKey, passphrase);
  return `${key.type} ${key.getPublicSSH().toString('base64')}\n`;
}
