import { queryOptions } from '@tanstack/react-query'

import { api, read, readAll, type Schemas } from '../../api/client'

export type Offer = Schemas['OfferAnswer']
export type Rival = Schemas['CompetitorAnswer']
export type Product = Schemas['ProductAnswer']
export type MatchState = Schemas['MatchState']
const PAGE = 500

/** The newest sighting of every offer. */
export const offersQuery = queryOptions({
  queryKey: ['market', 'offers', 'all'],
  queryFn: ({ signal }) => readAll((cursor) => read(api.GET('/api/v1/market/offers', { params: { query: { cursor, limit: PAGE } }, signal }))),
  staleTime: 60_000,
})

export type OurProduct = Pick<Product, 'id' | 'sku' | 'name' | 'brand' | 'price' | 'currency'>
const FIELDS = ['id', 'sku', 'name', 'brand', 'price', 'currency'] as const

/** Our products by id, to hold theirs against. */
export const ourProductsQuery = queryOptions({
  queryKey: ['products', 'ours'],
  queryFn: async ({ signal }) => {
    const { fields, rows } = await read(api.GET('/api/v1/catalog/products/rows', { params: { query: { limit: 10_000 } }, signal }))
    const places = FIELDS.map((name) => [name, fields.indexOf(name)] as const)
    const products = rows.map((row) => Object.fromEntries(places.map(([name, place]) => [name, row[place]])) as OurProduct)
    return new Map(products.map((product) => [product.id, product]))
  },
  staleTime: 60_000,
})

export const rivalsQuery = queryOptions({
  queryKey: ['market', 'competitors'],
  queryFn: ({ signal }) => readAll((cursor) => read(api.GET('/api/v1/market/competitors', { params: { query: { cursor, limit: PAGE } }, signal }))),
  staleTime: 60_000,
})

/** The offers of a match state. */
export function matchesQuery(state: MatchState) {
  return queryOptions({
    queryKey: ['market', 'matches', state],
    queryFn: ({ signal }) =>
      readAll((cursor) => read(api.GET('/api/v1/market/matches', { params: { query: { state: [state], cursor, limit: PAGE } }, signal }))),
  })
}

export function productQuery(id: string) {
  return queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/catalog/products/{product_id}', { params: { path: { product_id: id } }, signal })),
  })
}

/** The first products with a text in their SKU, name or brand. */
export function productsNamedQuery(text: string) {
  return queryOptions({
    queryKey: ['products', 'named', text],
    queryFn: ({ signal }) => read(api.GET('/api/v1/catalog/products', { params: { query: { text, limit: 8 } }, signal })),
    enabled: text.trim().length > 1,
  })
}
