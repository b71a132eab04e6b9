/** What a policy would do, by category. Pure but for the question itself. */
import { api, read, type Schemas } from '../../api/client'
import { money } from '../../parts/format'
import type { Scope } from './queries'
import { words } from './words'

export type Simulated = { strategy: string; rules: Record<string, unknown>; scope: Scope; scope_value: string | null }
export type Branch = Pick<Schemas['BranchAnswer'], 'category' | 'currency' | 'products' | 'ups' | 'downs' | 'held' | 'no_price' | 'mean_change_ppm' | 'expected'> & { gain: readonly string[] }

export function simulate(policy: Simulated, signal?: AbortSignal) {
  return read(api.POST('/api/v1/pricing/simulations', { body: { policy, selection: {} }, signal }))
}

/** The ends and the middle of the expected change of profit; nothing where no changed price has one. */
export function gainOf(branch: Branch): { low: string; middle: string; high: string } | null {
  const [low, middle, high] = branch.gain
  return branch.expected === 0 || low === undefined || middle === undefined || high === undefined ? null : { low, middle, high }
}

/** The change of profit with its interval, never a point alone. */
export function gainText(branch: Branch): string | null {
  const gain = gainOf(branch)
  const text = (value: string) => money(value, branch.currency, { whole: true, signed: true })
  return gain && words.simulation.within(text(gain.middle), text(gain.low), text(gain.high))
}

/** Changed prices of which nothing is expected: the profit does not count them. */
export function withoutEffect(branch: Branch): number {
  return Math.max(0, branch.ups + branch.downs - branch.expected)
}
