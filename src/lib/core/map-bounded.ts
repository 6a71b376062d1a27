/**
 * Runs an effect for each item, at most so many at a time, and returns the results in the order of the items. The first
 * failure stops what has not begun and is thrown once all that has begun is over.
 *
 * Effects: those of `run`
 *
 * @param limit how many may be under way at once; at least 1
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await run(items[index] as T, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
