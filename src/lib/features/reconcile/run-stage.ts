import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import type { StageName } from './stages.ts';

/** A stage that failed, and with what. */
export interface StageFailure {
  readonly stage: StageName;
  readonly error: FluxError;
}

/** Runs stages one after the other and remembers how long each took and which one failed. */
export interface StageRunner {
  run<T>(stage: StageName, work: () => Promise<T>): Promise<T>;
  readonly times: { name: StageName; elapsedMs: number }[];
  /** Set once a stage has failed. */
  failure(): StageFailure | undefined;
}

/**
 * Makes a runner.
 *
 * Effects: none by itself
 *
 * @param now milliseconds since the epoch
 */
export function createStageRunner(now: () => number): StageRunner {
  const times: { name: StageName; elapsedMs: number }[] = [];
  let failed: StageFailure | undefined;
  return {
    times,
    failure: () => failed,
    run: async (stage, work) => {
      const began = now();
      try {
        return await work();
      } catch (cause) {
        const error = isFluxError(cause) ? cause : new FluxError('reconcile/failed', messageOf(cause), { cause });
        failed ??= { stage, error };
        throw error;
      } finally {
        times.push({ name: stage, elapsedMs: now() - began });
      }
    },
  };
}
