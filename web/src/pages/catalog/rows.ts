/** Lean rows: cells in the order that the answer names, made into products. Pure. */
export type Product = {
  id: string
  sku: string
  name: string
  brand: string | null
  category: string | null
  marketplace: string
  status: 'active' | 'archived'
  currency: string
  price: string | null
  cost: string | null
  min_price: string | null
  max_price: string | null
  inventory_level: string | null
  tags: string[]
  version: number
  updated_at: string
}

type Rows = { fields: readonly string[]; rows: readonly (readonly unknown[])[] }

/** Make products of an answer; cells that a product does not have are left out. */
export function productsOf({ fields, rows }: Rows): Product[] {
  return rows.map((cells) => Object.fromEntries(fields.map((field, place) => [field, cells[place]])) as Product)
}

/** The values of a field that occur, in order, for a filter to choose from. */
export function choices(products: readonly Product[], field: 'category' | 'brand' | 'tags'): string[] {
  const found = new Set(products.flatMap((product) => product[field] ?? []))
  return [...found].toSorted((a, b) => a.localeCompare(b))
}
