import { queryOptions } from '@tanstack/react-query'

import { type Answered, api, read, readAll, type Schemas } from '../../api/client'
import type { TabName } from './search'

export type Proposal = Answered<'ProposalAnswer'>
export type ProposalState = Schemas['ProposalState']
export type Hold = Schemas['HoldAnswer']

/** As many rows as the page holds; beyond, it says that there are more. */
const MOST = 10_000
const PAGE = 500
const FIRST = 60 // what fills the list: it is there while the rest is on its way
const DECIDED_MOST = 1_000

export const STATES: Record<Exclude<TabName, 'unpriced'>, readonly ProposalState[]> = {
  waiting: ['proposed'],
  approved: ['approved', 'sent', 'unknown'],
  live: ['confirmed'],
  closed: ['rejected', 'expired', 'superseded', 'failed', 'rolled_back'],
}

export type Narrowing = { run?: string; product?: string }

type Tab = Exclude<TabName, 'unpriced'>

/** All proposals of a tab, the most at stake first. */
export function proposalsQuery(tab: Tab, narrowing: Narrowing = {}) {
  return queryOptions({
    queryKey: ['proposals', 'list', tab, narrowing.run ?? null, narrowing.product ?? null],
    queryFn: ({ signal }) => readAll((cursor) => page(tab, narrowing, signal, PAGE, cursor), tab === 'waiting' ? MOST : DECIDED_MOST),
  })
}

/** The first of them. */
export function firstProposalsQuery(tab: Tab, narrowing: Narrowing = {}) {
  return queryOptions({
    queryKey: ['proposals', 'list', tab, narrowing.run ?? null, narrowing.product ?? null, 'first'],
    queryFn: async ({ signal }) => {
      const { items, next_cursor } = await page(tab, narrowing, signal, FIRST)
      return { items, more: next_cursor !== null }
    },
  })
}

function page(tab: Tab, { run, product }: Narrowing, signal: AbortSignal, limit: number, cursor?: string) {
  const query = { state: [...STATES[tab]], run_id: run, product_id: product, order: 'stake' as const, cursor, limit }
  return read(api.GET('/api/v1/proposals', { signal, params: { query } }))
}

/** One proposal with why this price. */
export function proposalQuery(id: string) {
  return queryOptions({
    queryKey: ['proposals', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/proposals/{proposal_id}', { signal, params: { path: { proposal_id: id } } })),
  })
}

/** How many products the newest run could give no price, as far as one page tells. */
export const unpricedQuery = queryOptions({
  queryKey: ['prices', 'holds', 'count'],
  queryFn: async ({ signal }) => {
    const { items, next_cursor } = await read(api.GET('/api/v1/prices/holds', { signal, params: { query: { outcome: 'no_price', limit: PAGE } } }))
    return { count: items.length, more: next_cursor !== null }
  },
})

/** Products that the newest run could give no price. */
export const holdsQuery = queryOptions({
  queryKey: ['prices', 'holds', 'no_price'],
  queryFn: ({ signal }) =>
    readAll(
      (cursor) => read(api.GET('/api/v1/prices/holds', { signal, params: { query: { outcome: 'no_price', cursor, limit: PAGE } } })),
      MOST,
    ),
})

export const controlQuery = queryOptions({
  queryKey: ['prices', 'control'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/prices/control', { signal })),
})

/** How many proposals each state has, and what they are expected to bring together. */
export const totalsQuery = queryOptions({
  queryKey: ['proposals', 'totals'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/proposals/totals', { signal })),
})
