import type { PackKeeper } from '../../engine/git/index.ts';
import type { ArtifactStorePort } from './ports.ts';

/**
 * Makes what lets all sources of a run share the commits that they fetch: in the store, and where there is none, in memory for
 * the length of the run. Of two that want one commit at the same time, the second waits for the first.
 *
 * Effects: those of the store
 */
export function sharePacks(store: ArtifactStorePort | undefined): PackKeeper {
  const loads = new Map<string, Promise<Uint8Array | undefined>>();
  return {
    async keep(key, load) {
      const other = loads.get(key);
      if (other !== undefined) {
        const pack = await other.catch(() => undefined);
        // The other may have failed for a reason of its own.
        if (pack !== undefined) return pack;
      }
      const work = (async () => {
        const kept = await store?.get(key);
        if (kept !== undefined) return kept;
        const pack = await load();
        if (pack !== undefined) await store?.put(key, pack);
        return pack;
      })();
      loads.set(key, work);
      try {
        return await work;
      } finally {
        if (store !== undefined) loads.delete(key);
      }
    },
  };
}
