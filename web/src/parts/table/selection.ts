/** Choosing rows: one, or from the last one chosen to this one. Pure. */

export type Selection = ReadonlySet<string>

/** Add or remove one row. */
export function toggled(selection: Selection, id: string): Selection {
  const next = new Set(selection)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Add all rows from `anchor` to `id` in the order of `ids`; without an anchor among them, only `id`. */
export function extended(selection: Selection, ids: readonly string[], anchor: string | null, id: string): Selection {
  const to = ids.indexOf(id)
  const from = anchor === null ? -1 : ids.indexOf(anchor)
  if (to < 0) return selection
  const [start, end] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)]
  return new Set([...selection, ...ids.slice(start, end + 1)])
}

/** All rows, or none when all are chosen. */
export function toggledAll(selection: Selection, ids: readonly string[]): Selection {
  return ids.every((id) => selection.has(id)) ? new Set() : new Set(ids)
}
