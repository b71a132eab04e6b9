/** What a decision is expected to bring: sums of gains with their interval, exact. Pure. */
import { decimal, type Fixed, fixed } from '../../parts/decimal'
import type { Proposal } from './queries'

export type Gain = { low: string; middle: string; high: string }

/** The expected change of weekly profit with its 95 % interval, where demand is known. */
export function gainOf(proposal: Pick<Proposal, 'expected'>): Gain | null {
  const [low, middle, high] = proposal.expected?.gain ?? []
  if (low == null || middle == null || high == null) return null
  return { low, middle, high }
}

/** The gains of several together, of those that have one; null when none has. */
export function gainOfAll(proposals: readonly Pick<Proposal, 'expected'>[]): Gain | null {
  const sums: [Fixed, Fixed, Fixed] = [0n, 0n, 0n]
  let known = 0
  for (const proposal of proposals) {
    const gain = gainOf(proposal)
    if (!gain) continue
    known += 1
    sums[0] += fixed(gain.low)
    sums[1] += fixed(gain.middle)
    sums[2] += fixed(gain.high)
  }
  if (known === 0) return null
  return { low: decimal(sums[0]), middle: decimal(sums[1]), high: decimal(sums[2]) }
}
