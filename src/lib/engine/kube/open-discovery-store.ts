import type { DiscoveryStore } from './create-discovery.ts';

/**
 * Keeps discovery documents as files in a folder, readable by their owner only.
 *
 * Effects: none by itself; the store reads and writes files in the folder
 *
 * @param directory made when first written to
 */
export function openDiscoveryStore(directory: string): DiscoveryStore {
  const fileOf = (key: string) => `${directory}/${key.replace(/[^A-Za-z0-9._-]+/g, '_')}.json`;
  return {
    async read(key) {
      const { readFile } = await import('node:fs/promises');
      return await readFile(fileOf(key), 'utf8').catch(() => undefined);
    },
    async write(key, text) {
      const { mkdir, rename, writeFile } = await import('node:fs/promises');
      const { randomUUID } = await import('node:crypto');
      await mkdir(directory, { recursive: true, mode: 0o700 });
      // Written aside and put in place at once, so that no other process reads half of it.
      const aside = `${fileOf(key)}.${randomUUID()}`;
      await writeFile(aside, text, { mode: 0o600 });
      await rename(aside, fileOf(key));
    },
  };
}
