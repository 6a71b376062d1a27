export { fromMemory } from './from-memory.ts';
export { openRooted } from './open-rooted.ts';
