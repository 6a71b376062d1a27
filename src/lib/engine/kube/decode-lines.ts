/** A single event larger than this is no Kubernetes object: etcd takes 1.5 MB. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Cuts a stream of bytes into its lines, wherever the chunks are cut; blank lines are left out, and so is a last line that has
 * no end (the connection broke in it).
 *
 * Effects: reads the stream
 */
export async function* decodeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      pending.push(chunk.subarray(from, end));
      const line = (pending.length === 1 ? Buffer.from(pending[0] ?? []) : Buffer.concat(pending)).toString('utf8').trim();
      pending = [];
      pendingBytes = 0;
      from = end + 1;
      if (line !== '') yield line;
    }
    if (from < chunk.length) {
      pending.push(chunk.subarray(from));
      pendingBytes += chunk.length - from;
      if (pendingBytes > MAX_LINE_BYTES) throw new Error('an event of the watch is larger than 64 MiB');
    }
  }
}
