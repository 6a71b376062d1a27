import type { Readable } from 'node:stream';
import { loadBuiltin } from './load-builtin.ts';

/** A list of a large cluster has tens of megabytes; what is beyond this is an attack or a mistake. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/**
 * Reads a body whole, unpacked where it is gzip.
 *
 * Effects: reads the stream to its end
 *
 * @param encoding the Content-Encoding header
 * @param length the Content-Length header
 * @throws {Error} the stream broke off
 */
export async function readBody(body: Readable, encoding: string | undefined, length?: string): Promise<string> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) body.destroy(new Error('the answer is larger than 512 MiB'));
      else chunks.push(chunk);
    });
    let ended = false;
    const lost = () =>
      reject(Object.assign(new Error('the connection was lost in the middle of an answer'), { code: 'ECONNRESET' }));
    body.once('end', () => {
      ended = true;
      // An HTTP/2 stream whose connection goes away ends without an error; all that tells is its code.
      const isCut = ((body as { rstCode?: number }).rstCode ?? 0) !== 0;
      if (isCut && size !== Number(length ?? Number.NaN)) lost();
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    body.on('error', reject);
    body.once('close', () => {
      if (!ended) lost();
    });
  });
  if (encoding !== 'gzip') return bytes.toString('utf8');
  return loadBuiltin('node:zlib').gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES }).toString('utf8');
}
