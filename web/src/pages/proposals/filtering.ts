/** Which rows the page shows. Pure. */
import type { Proposal } from './queries'
import type { ProposalSearch } from './search'

const SURE = 80

export function filtered(rows: readonly Proposal[], search: ProposalSearch): readonly Proposal[] {
  const wanted = search.q?.toLowerCase()
  return rows.filter(
    (row) =>
      (wanted === undefined || `${row.product_name} ${row.sku} ${row.reason}`.toLowerCase().includes(wanted)) &&
      (search.sure === undefined || row.confidence >= SURE === (search.sure === 'high')) &&
      (search.move === undefined || row.change_ppm > 0 === (search.move === 'up')) &&
      (search.limit === undefined || row.binding.includes(search.limit)),
  )
}

/** The limits that decided any of the rows, the most frequent first. */
export function decidingLimits(rows: readonly Proposal[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const row of rows) for (const kind of row.binding) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([kind]) => kind)
}

/** The row to go to once some are gone: the next that stays, else the last before. */
export function nextOpen(ids: readonly string[], open: string | null, gone: ReadonlySet<string>): string | null {
  const at = open === null ? 0 : Math.max(0, ids.indexOf(open))
  const after = ids.slice(at).find((id) => !gone.has(id))
  return after ?? ids.slice(0, at).findLast((id) => !gone.has(id)) ?? null
}
