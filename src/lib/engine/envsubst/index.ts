export { substitute } from './substitute.ts';
export type { SubstituteOptions } from './types.ts';
