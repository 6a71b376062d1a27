export { type AttackSource, attackByDrive } from './attack-by-drive.ts';
export { checkEscape, type EscapeOptions } from './check-escape.ts';
export type {
  Attempt,
  EscapeCluster,
  EscapeReport,
  EscapeTenant,
  RealAttack,
  VectorResult,
  Verdict,
} from './types.ts';
export { ESCAPE_VIEW, mendsOf, summarizeEscape } from './view.ts';
export { waitGuarded } from './wait-guarded.ts';
