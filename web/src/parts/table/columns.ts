import {
  createSortedRowModel,
  type ColumnDef,
  type Row as TableRow,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
} from '@tanstack/react-table'
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

export const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })
export type Features = typeof features

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Order two values, upwards. */
export function compare(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a ?? ''), String(b ?? ''))
}

/** The same columns as the table library wants them. */
export function columnDefs<Row extends object>(columns: readonly Column<Row>[]): ColumnDef<Features, Row>[] {
  return columns.map((column) => ({
    id: column.id,
    header: column.header,
    accessorFn: (row: Row) => column.sort?.(row) ?? undefined,
    enableSorting: column.sort !== undefined,
    sortUndefined: 'last' as const,
    sortFn: (a: TableRow<Features, Row>, b: TableRow<Features, Row>) =>
      compare(column.sort?.(a.original), column.sort?.(b.original)),
  }))
}

export function sortingState(sort: Sort | null): SortingState {
  return sort ? [{ id: sort.id, desc: sort.descending }] : []
}

/** What a click on a header asks for: one way, the other, then as it came. */
export function nextSort(sort: Sort | null, id: string, greatestFirst = false): Sort | null {
  if (sort?.id !== id) return { id, descending: greatestFirst }
  return sort.descending === greatestFirst ? { id, descending: !greatestFirst } : null
}
