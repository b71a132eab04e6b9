import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { type Answered, api, read, type Schemas } from '../../api/client'

export type Product = Schemas['ProductAnswer']
export type ProductFigures = Schemas['ProductFiguresAnswer']
export type PriceSeries = Schemas['PriceSeriesAnswer']
export type Day = Schemas['ProductDayAnswer']
export type Offer = Schemas['OfferAnswer']
export type Proposal = Answered<'ProposalAnswer'>
export const SPANS = ['90d', '1y', 'all'] as const
export type Span = (typeof SPANS)[number]

const LENGTHS: Record<Exclude<Span, 'all'>, number> = { '90d': 90, '1y': 365 }
const EVER = '2000-01-01'
const POINTS = 1_000

/** The first day of a span that ends today. */
export function firstDay(span: Span, today: Date): string {
  if (span === 'all') return EVER
  return new Date(today.getTime() - LENGTHS[span] * 86_400_000).toISOString().slice(0, 10)
}

/** Today is not over: a day that looks poor because it has just begun is not drawn. */
export function today(now: Date): string {
  return now.toISOString().slice(0, 10)
}

export function productQuery(id: string) {
  return queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/catalog/products/{product_id}', { params: { path: { product_id: id } }, signal })),
  })
}

export function figuresQuery(id: string) {
  return queryOptions({
    queryKey: ['products', 'figures', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/products/{product_id}/figures', { params: { path: { product_id: id } }, signal })),
  })
}

export function seriesQuery(id: string, span: Span) {
  return queryOptions({
    queryKey: ['prices', 'series', id, span],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/products/{product_id}/price-series', {
          params: { path: { product_id: id }, query: { since: `${firstDay(span, new Date())}T00:00:00Z`, points: POINTS } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })
}

export function daysQuery(id: string, span: Span) {
  return queryOptions({
    queryKey: ['sales', 'days', id, span],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/products/{product_id}/days', {
          params: { path: { product_id: id }, query: { since: firstDay(span, new Date()), until: today(new Date()) } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })
}

export function forecastQuery(id: string) {
  return queryOptions({
    queryKey: ['forecasts', 'product', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/demand/forecasts/{product_id}', { params: { path: { product_id: id } }, signal })),
  })
}

export function responseQuery(id: string) {
  return queryOptions({
    queryKey: ['forecasts', 'response', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/demand/responses/{product_id}', { params: { path: { product_id: id } }, signal })),
  })
}

/** How forecasts of a product came out whose days have passed. */
export function accuracyQuery(id: string) {
  return queryOptions({
    queryKey: ['forecasts', 'accuracy', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/demand/accuracy', { params: { query: { product_id: id } }, signal })),
  })
}

export function offersQuery(id: string) {
  return queryOptions({
    queryKey: ['market', 'offers', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/market/offers', { params: { query: { product_id: id, limit: 500 } }, signal })),
  })
}

/** The rivals in the order that gives each of them its colour on every page. */
export const rivalsQuery = queryOptions({
  queryKey: ['market', 'competitors', 'order'],
  queryFn: async ({ signal }) => {
    const page = await read(api.GET('/api/v1/market/competitors', { params: { query: { limit: 500 } }, signal }))
    return page.items.map((rival) => rival.id)
  },
  staleTime: 300_000,
})

export function countsQuery(id: string) {
  return queryOptions({
    queryKey: ['stock', 'levels', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/inventory/levels', { params: { query: { product_id: id, limit: 100 } }, signal })),
  })
}

export function reviewsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['products', 'reviews', id],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET('/api/v1/reviews', { params: { query: { product_id: id, cursor: pageParam, limit: 30 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
}

export function ratingsQuery(id: string) {
  return queryOptions({
    queryKey: ['products', 'ratings', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/reviews/ratings', { params: { query: { product_id: id } }, signal })),
    staleTime: 60_000,
  })
}

export function decisionsQuery(id: string) {
  return queryOptions({
    queryKey: ['proposals', 'product', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/proposals', { params: { query: { product_id: id, limit: 200 } }, signal })),
  })
}
