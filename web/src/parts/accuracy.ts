/** How forecasts that came due are judged. Pure. */
import type { Schemas } from '../api/client'

export type Accuracy = Schemas['AccuracyAnswer']
export type Verdict = 'few' | 'kept' | 'narrow' | 'wide'

/** Below this many forecasts a share says little: one more or less moves it by five points. */
export const ENOUGH_FORECASTS = 20
/** How far a share may be from what was promised. Products sell well or badly together, so that more forecasts do not narrow it. */
const TOLERANCE = 0.05

/** What was expected of the same days, from what was sold and by how much that was missed on balance. */
export function expectedUnits({ sold, bias }: Pick<Accuracy, 'sold' | 'bias'>): number | null {
  return bias === null ? null : sold * (1 + bias)
}

/** Whether intervals held as much of what came as they promised. */
export function verdict(share: number | null, promise: number, forecasts: number): Verdict {
  if (share === null || forecasts < ENOUGH_FORECASTS) return 'few'
  if (share < promise - TOLERANCE) return 'narrow'
  return share > promise + TOLERANCE ? 'wide' : 'kept'
}
