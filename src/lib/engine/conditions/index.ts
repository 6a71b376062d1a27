export { readConditions } from './read-conditions.ts';
export {
  findCondition,
  formatConditionTime,
  markReconciling,
  markStalled,
  removeCondition,
  setCondition,
} from './set-condition.ts';
export { sortConditions } from './sort-conditions.ts';
export { summarizeConditions, type SummaryOptions } from './summarize-conditions.ts';
export { trimMessage } from './trim-message.ts';
export type { Condition, ConditionContext, ConditionUpdate } from './types.ts';
