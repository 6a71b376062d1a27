export { compile } from './compile.ts';
export { compilePattern } from './compile-pattern.ts';
export type {
  CelDuration,
  CelMap,
  CelOptional,
  CelTimestamp,
  CelType,
  CelUint,
  CelValue,
  CompileOptions,
  Program,
} from './types.ts';
