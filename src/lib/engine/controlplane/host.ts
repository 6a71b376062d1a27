/**
 * What this part needs to know of the process and machine it runs in. The engine reads neither the environment nor the
 * clock by itself, so that a library user decides on both.
 */
export interface Host {
  /** The id of the calling process; it stands in lock files. */
  readonly pid: number;
  /** `linux` or `darwin`; Node's name. */
  readonly platform: string;
  /** `x64` or `arm64`; Node's name. */
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** Sends a signal; throws with code `ESRCH` where there is no such process. A negative id means a process group. */
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void;
}
