import type { K8sObject } from '../../core/objects.ts';
import { graphKey, type Needs, ownerKeyOf, planSteps, readNeeds, type Steps } from './plan-graph.ts';

/**
 * Knows which objects there are, which of them want a run and since when, and which may begin one. It does nothing by itself
 * and reads no clock.
 */
export interface Schedule {
  /** Adds an object, or puts a newer state of it in the place of the older. */
  set(object: K8sObject): void;
  get(key: string): K8sObject | undefined;
  /** What an object needs, where it is a Kustomization. */
  needsOf(key: string): Needs | undefined;
  keys(): readonly string[];
  /** Forgets an object; one that is under way when that is over. */
  remove(key: string): void;
  /** Wants a run at a time; the earliest wish counts. One that is under way then runs once more. */
  request(key: string, at: number): void;
  isUnderWay(key: string): boolean;
  /** Those that may begin now, the longest waiting first. */
  next(now: number): string[];
  begin(key: string): void;
  /** What it applied is there: what only waited for that may begin, and as it but waits now, its place is free. */
  applied(key: string): void;
  end(key: string): void;
  /** When the next wish falls due; absent where there is none in the future. */
  wakeAt(now: number): number | undefined;
  /** True where nothing is under way and nothing is due. */
  isIdle(now: number): boolean;
  /** Those that are due and wait for one another, where nothing is under way: they would wait for ever. */
  stuck(now: number): string[];
}

interface Entry {
  object: K8sObject;
  needs: Needs | undefined;
  /** All of it that the graph is made from. */
  links: string;
  /** Infinity where no run is wanted. */
  dueAt: number;
  state: 'idle' | 'running' | 'waiting';
  isRemoved: boolean;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Makes an empty schedule.
 *
 * Effects: none
 *
 * @param concurrency how many may be running at once; those that wait for health do not count
 */
export function createSchedule(concurrency: number): Schedule {
  const entries = new Map<string, Entry>();
  let steps: Steps | undefined;
  const plan = (): Steps => (steps ??= planSteps([...entries.values()].map(({ object }) => object)));
  const isBusy = (key: string, now: number): boolean => {
    const entry = entries.get(key);
    return entry !== undefined && (entry.state !== 'idle' || entry.dueAt <= now);
  };
  const mayBegin = (key: string, now: number): boolean => {
    const { over, applied } = plan();
    if ([...(over.get(key) ?? [])].some((other) => isBusy(other, now))) return false;
    const owner = applied.get(key);
    return owner === undefined || entries.get(owner)?.state === 'waiting' || !isBusy(owner, now);
  };
  const due = (now: number): string[] =>
    [...entries]
      .filter(([, { state, dueAt }]) => state === 'idle' && dueAt <= now)
      .sort(([, a], [, b]) => a.dueAt - b.dueAt)
      .map(([key]) => key);
  const drop = (key: string): void => {
    entries.delete(key);
    steps = undefined;
  };
  return {
    set(object) {
      const key = graphKey(object);
      const entry = entries.get(key);
      const needs = readNeeds(object);
      const links = JSON.stringify([needs, ownerKeyOf(object)]);
      // Most new states of an object are linked as the old ones were; to plan all of it anew for each would take long.
      if (entry?.links !== links) steps = undefined;
      if (entry === undefined) entries.set(key, { object, needs, links, dueAt: NEVER, state: 'idle', isRemoved: false });
      else Object.assign(entry, { object, needs, links, isRemoved: false });
    },
    get: (key) => entries.get(key)?.object,
    needsOf: (key) => entries.get(key)?.needs,
    keys: () => [...entries.keys()],
    remove(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      if (entry.state === 'idle') drop(key);
      else entry.isRemoved = true;
    },
    request(key, at) {
      const entry = entries.get(key);
      if (entry !== undefined) entry.dueAt = Math.min(entry.dueAt, at);
    },
    isUnderWay: (key) => (entries.get(key)?.state ?? 'idle') !== 'idle',
    next(now) {
      const places = concurrency - [...entries.values()].filter(({ state }) => state === 'running').length;
      if (places <= 0) return [];
      return due(now)
        .filter((key) => mayBegin(key, now))
        .slice(0, places);
    },
    begin(key) {
      const entry = entries.get(key);
      if (entry !== undefined) Object.assign(entry, { state: 'running', dueAt: NEVER });
    },
    applied(key) {
      const entry = entries.get(key);
      if (entry?.state === 'running') entry.state = 'waiting';
    },
    end(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      if (entry.isRemoved) drop(key);
      else entry.state = 'idle';
    },
    wakeAt(now) {
      const times = [...entries.values()].map(({ state, dueAt }) => (state === 'idle' && dueAt > now ? dueAt : NEVER));
      const first = times.reduce((a, b) => Math.min(a, b), NEVER);
      return first === NEVER ? undefined : first;
    },
    isIdle: (now) => ![...entries.keys()].some((key) => isBusy(key, now)),
    stuck(now) {
      if ([...entries.values()].some(({ state }) => state !== 'idle')) return [];
      const waiting = due(now);
      return waiting.some((key) => mayBegin(key, now)) ? [] : waiting;
    },
  };
}
