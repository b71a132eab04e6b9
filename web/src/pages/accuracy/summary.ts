/** The page in one sentence. Pure. */
import { type Accuracy, verdict } from '../../parts/accuracy'
import { percent } from '../../parts/format'
import { words } from './words'

const MIDDLE = 30
const EVEN = 0.005

/** The horizon that a sentence is about: a month where it came due, else the longest that did. */
export function spokenOf(items: readonly Accuracy[]): Accuracy | undefined {
  return items.find((item) => item.horizon === MIDDLE) ?? items.at(-1)
}

/** By how much, which way, and whether the intervals can be relied on. */
export function summary(item: Accuracy): string {
  const say = words.inShort
  if (item.wape === null || item.bias === null) return say.nothingSold
  const size = percent(Math.abs(item.bias))
  const way = Math.abs(item.bias) < EVEN ? say.even : item.bias > 0 ? say.over(size) : say.under(size)
  return say.and(say.off(item.horizon, percent(item.wape)), way, say[worst(item)])
}

/** The worse of both intervals: one that is too narrow promises what it does not hold. */
function worst(item: Accuracy) {
  const found = new Set([verdict(item.within_80, 0.8, item.forecasts), verdict(item.within_95, 0.95, item.forecasts)])
  return (['few', 'narrow', 'wide'] as const).find((one) => found.has(one)) ?? 'kept'
}
