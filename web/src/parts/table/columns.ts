import type { ReactNode } from 'react'

/** What a column sorts by: a number, a text, or nothing, which comes last whichever way. */
export type SortValue = string | number | null | undefined

export type Column<Row> = {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** Absent: the column does not sort. For money use `sortable`. */
  sort?: (row: Row) => SortValue
  /** The first click puts the greatest first: for amounts and dates. */
  greatestFirst?: boolean
  /** Pixels; without it the column shares what is left, at least `minWidth` (120). */
  width?: number
  minWidth?: number
  align?: 'right'
  /** Explains the header. */
  about?: string
}

export type Sort = { id: string; descending: boolean }

/** A decimal string as a number to sort by; never shown, never reckoned with. */
export function sortable(decimal: string | null | undefined): number | null {
  return decimal === null || decimal === undefined ? null : Number(decimal)
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Order two values, upwards. */
function compare(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a ?? ''), String(b ?? ''))
}

/** The rows in the order asked for; what has nothing to sort by comes last whichever way. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | null): readonly Row[] {
  const value = columns.find((column) => column.id === sort?.id)?.sort
  if (!sort || !value) return rows
  const way = sort.descending ? -1 : 1
  const keyed = rows.map((row) => ({ row, key: value(row) ?? null }))
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
    return way * compare(a.key, b.key)
  })
  return keyed.map(({ row }) => row)
}

/** What a click on a header asks for: one way, the other, then as it came. */
export function nextSort(sort: Sort | null, id: string, greatestFirst = false): Sort | null {
  if (sort?.id !== id) return { id, descending: greatestFirst }
  return sort.descending === greatestFirst ? { id, descending: !greatestFirst } : null
}
