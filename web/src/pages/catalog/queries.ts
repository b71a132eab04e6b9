import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'

import { api, read, type Schemas } from '../../api/client'
import { choices, productsOf } from './rows'
import { type CatalogSearch, filterOf, queryOf } from './search'

export type Totals = Schemas['ProductTotalsAnswer']

const FIRST = 250 // what fills a screen several times: it is there while the rest is on its way
/** As many products as one request may name, or ask for. */
export const MOST = 10_000

/** The catalog in its order: a first screen at once, then the rest. */
export function rowsQuery(search: CatalogSearch) {
  const query = queryOf(search)
  return infiniteQueryOptions({
    queryKey: ['products', 'rows', query],
    queryFn: async ({ pageParam, signal }) => {
      const limit = pageParam === undefined ? FIRST : MOST
      const answer = await read(
        api.GET('/api/v1/catalog/products/rows', { params: { query: { ...query, cursor: pageParam, limit } }, signal }),
      )
      return { products: productsOf(answer), total: answer.total, next: answer.next_cursor }
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
}

/** What the chosen products come to, or all of the filter when none are. */
export function totalsQuery(ids: readonly string[] | null, search: CatalogSearch) {
  const body = ids === null ? { filter: filterOf(search) } : { ids: [...ids] }
  return queryOptions({
    queryKey: ['products', 'totals', body],
    queryFn: ({ signal }) => read(api.POST('/api/v1/catalog/products/totals', { body, signal })),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  })
}

/** The categories, brands and tags that there are, to choose from. */
export const facetsQuery = queryOptions({
  queryKey: ['products', 'facets'],
  queryFn: async ({ signal }) => {
    const products = productsOf(await read(api.GET('/api/v1/catalog/products/rows', { params: { query: { limit: MOST } }, signal })))
    return { categories: choices(products, 'category'), brands: choices(products, 'brand'), tags: choices(products, 'tags') }
  },
  staleTime: 300_000,
})

export type View = Schemas['ViewAnswer']
export const PAGE = 'catalog'

/** The views that the person keeps, and those that colleagues share. */
export const viewsQuery = queryOptions({
  queryKey: ['me', 'views', PAGE],
  queryFn: ({ signal }) => read(api.GET('/api/v1/views', { params: { query: { page: PAGE } }, signal })),
  staleTime: 60_000,
})
