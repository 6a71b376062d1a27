export { isVariableName, refusesSubstitution, VARIABLE_NAME_RULE, variablesOf, withoutNewlines } from './flux-variables.ts';
export { substitute } from './substitute.ts';
export type { SubstituteOptions } from './types.ts';
