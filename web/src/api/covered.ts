import { queryOptions } from '@tanstack/react-query'

import { api, read } from './client'

/** The categories, brands or SKUs that products have: what a policy or an experiment can be about. */
export function coveredQuery(column: 'category' | 'brand' | 'sku') {
  return queryOptions({
    queryKey: ['products', 'covered', column],
    queryFn: async ({ signal }) => {
      const { fields, rows } = await read(api.GET('/api/v1/catalog/products/rows', { params: { query: { limit: 10_000 } }, signal }))
      const place = fields.indexOf(column)
      const found = new Set(rows.flatMap((row) => (typeof row[place] === 'string' ? [row[place]] : [])))
      return [...found].toSorted((a, b) => a.localeCompare(b))
    },
    staleTime: 60_000,
  })
}
