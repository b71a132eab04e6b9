/** The money at stake: what a change of price moves in a week, at the volume of the last four weeks. Pure. */
import type { Schemas } from '../../api/client'
import { type Fixed, fixed, size, times } from '../../parts/decimal'
import type { Proposal } from './queries'

const WEEKS = 4n

export type Units = ReadonlyMap<string, Fixed>
export type Staked = Proposal & { stake: Fixed | null }

/** Units a week of each product, returns and cancellations taken off. */
export function weeklyUnits(totals: readonly Schemas['TotalAnswer'][]): Units {
  const sums = new Map<string, Fixed>()
  for (const total of totals) {
    if (total.product_id === null) continue
    sums.set(total.product_id, (sums.get(total.product_id) ?? 0n) + fixed(total.units_net))
  }
  return new Map([...sums].map(([product, units]) => [product, units / WEEKS]))
}

/** Each proposal with its stake, the greatest first; what sold nothing comes last. */
export function staked(proposals: readonly Proposal[], units: Units | undefined): Staked[] {
  const rows = proposals.map((proposal) => ({ ...proposal, stake: units ? stakeOf(proposal, units) : null }))
  return rows.toSorted((a, b) => order(size(b.stake ?? 0n), size(a.stake ?? 0n)))
}

function stakeOf(proposal: Proposal, units: Units): Fixed {
  const change = fixed(proposal.proposed_price) - fixed(proposal.current_price)
  return times(change, units.get(proposal.product_id) ?? 0n)
}

function order(a: Fixed, b: Fixed): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** Both sums as text, without one that is nothing. */
export function movesText(rows: readonly Staked[], text: (amount: Fixed) => string): string {
  const { up, down } = moves(rows)
  return [up, down].filter((amount) => amount !== 0n).map(text).join(' and ') || text(0n)
}

/** Sums up and down apart: together they would cancel out. */
export function moves(rows: readonly Staked[]): { up: Fixed; down: Fixed } {
  let [up, down] = [0n, 0n]
  for (const { stake } of rows) {
    if (stake !== null && stake > 0n) up += stake
    else if (stake !== null) down += stake
  }
  return { up, down }
}
