import type { StepKind } from './types'

/** Done once the object reads as it was written: nothing else must follow. */
export const READ_BACK: ReadonlySet<StepKind> = new Set([
  'cordon-node',
  'admit-node',
  'pause-owner',
  'set-weights',
  'scale-resource',
])
