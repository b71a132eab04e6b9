/** The catalog's state in its address, and as the API asks for it. */
import type { operations } from '../../api/schema'
import { flag, oneOf, text } from '../../parts/search'

export type RowsQuery = NonNullable<operations['list_product_rows']['parameters']['query']>
export const STATUSES = ['active', 'archived'] as const
export const STOCKS = ['in', 'out', 'unknown'] as const
export const BLANKS = ['price', 'cost', 'min_price', 'max_price', 'bounds', 'map_price'] as const
export const SORTS = ['sku', 'name', 'category', 'brand', 'price', 'inventory_level', 'updated_at'] as const
type Sort = (typeof SORTS)[number]

export type CatalogSearch = {
  q?: string
  category?: string
  brand?: string
  tag?: string
  status?: (typeof STATUSES)[number]
  stock?: (typeof STOCKS)[number]
  blank?: (typeof BLANKS)[number]
  from?: string
  to?: string
  sort?: Sort
  descending?: true
  /** The row under the keyboard, so that Back finds it again. */
  at?: string
}

const AMOUNT = /^\d{1,12}(\.\d{1,6})?$/

function amount(raw: Record<string, unknown>, name: string): string | undefined {
  const written = text(raw, name)?.replace(',', '.')
  return written !== undefined && AMOUNT.test(written) ? written : undefined
}

/** Read the address; what does not fit is left out. */
export function validate(raw: Record<string, unknown>): CatalogSearch {
  return {
    q: text(raw, 'q'),
    category: text(raw, 'category'),
    brand: text(raw, 'brand'),
    tag: text(raw, 'tag'),
    status: oneOf(raw, 'status', STATUSES),
    stock: oneOf(raw, 'stock', STOCKS),
    blank: oneOf(raw, 'blank', BLANKS),
    from: amount(raw, 'from'),
    to: amount(raw, 'to'),
    sort: oneOf(raw, 'sort', SORTS),
    descending: flag(raw, 'descending'),
    at: text(raw, 'at'),
  }
}

/** The filter as the API knows it, without order. */
export function filterOf(search: CatalogSearch) {
  return {
    text: search.q,
    category: search.category,
    brand: search.brand,
    tag: search.tag,
    status: search.status,
    stock: search.stock,
    blank: search.blank && [search.blank],
    price_from: search.from,
    price_to: search.to,
  }
}

/** What to ask for: filter and order. */
export function queryOf(search: CatalogSearch): RowsQuery {
  return { ...filterOf(search), sort: search.sort ?? 'sku', descending: search.descending ?? false }
}

/** How many filters are in force. */
export function filtersIn(search: CatalogSearch): number {
  return Object.values(filterOf(search)).filter((value) => value !== undefined).length
}

/** What a saved view keeps: everything but the row under the keyboard. */
export function viewOf(search: CatalogSearch): Record<string, unknown> {
  return Object.fromEntries(Object.entries(search).filter(([name, value]) => value !== undefined && name !== 'at'))
}

/** The address of the file of all products of the filter. */
export function exportAddress(search: CatalogSearch, format: string): string {
  const parameters = new URLSearchParams({ format })
  for (const [name, value] of Object.entries(queryOf(search))) {
    if (value !== undefined && value !== null && value !== false) parameters.set(name, String(value))
  }
  return `/api/v1/catalog/products/export?${parameters}`
}
