/** Where labels of the price ladder go, so that none lies on another. Pure. */

export type Label = { id: string; at: number; width: number }

/** Give each label a row, from 0 upwards: the first in which it does not touch one already placed. */
export function rowsFor(labels: readonly Label[], gap = 6): ReadonlyMap<string, number> {
  const ends: number[] = []
  const rows = new Map<string, number>()
  for (const label of [...labels].toSorted((a, b) => a.at - b.at)) {
    const start = label.at - label.width / 2
    const row = ends.findIndex((end) => start >= end + gap)
    const place = row < 0 ? ends.length : row
    ends[place] = label.at + label.width / 2
    rows.set(label.id, place)
  }
  return rows
}

/** The span that shows all prices with a little air at both ends. */
export function span(prices: readonly number[]): [number, number] {
  const low = Math.min(...prices)
  const high = Math.max(...prices)
  const air = (high - low || Math.abs(high) || 1) * 0.06
  return [low - air, high + air]
}
