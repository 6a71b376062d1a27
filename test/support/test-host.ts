import type { Host } from '../../src/lib/engine/controlplane/index.ts';

/** A host with an empty environment and a clock that stands still, for tests that change a thing or two of it. */
export function testHost(changes: Partial<Host> = {}): Host {
  return {
    pid: process.pid,
    platform: process.platform,
    arch: 'x64',
    env: {},
    now: () => new Date('2026-03-01T12:00:00Z'),
    kill: (pid, signal) => {
      process.kill(pid, signal);
    },
    ...changes,
  };
}

/** A clock that goes on by so many milliseconds whenever it is read. */
export function tickingClock(stepMs: number): () => Date {
  let time = Date.parse('2026-03-01T12:00:00Z');
  return () => new Date((time += stepMs));
}
