import { queryOptions } from '@tanstack/react-query'

import { type Answered, api, read, readAll, type Schemas } from '../../api/client'
import type { TabName } from './search'

export type Proposal = Answered<'ProposalAnswer'>
export type ProposalState = Schemas['ProposalState']
export type Hold = Schemas['HoldAnswer']

/** As many rows as the page holds; beyond, it says that there are more. */
const MOST = 10_000
const PAGE = 500
const DECIDED_MOST = 1_000

export const STATES: Record<Exclude<TabName, 'unpriced'>, readonly ProposalState[]> = {
  waiting: ['proposed'],
  approved: ['approved', 'sent', 'unknown'],
  live: ['confirmed'],
  closed: ['rejected', 'expired', 'superseded', 'failed', 'rolled_back'],
}

export type Narrowing = { run?: string; product?: string }

/** The proposals of a tab. */
export function proposalsQuery(tab: Exclude<TabName, 'unpriced'>, { run, product }: Narrowing = {}) {
  return queryOptions({
    queryKey: ['proposals', 'list', tab, run ?? null, product ?? null],
    queryFn: ({ signal }) =>
      readAll(
        (cursor) =>
          read(
            api.GET('/api/v1/proposals', {
              signal,
              params: { query: { state: [...STATES[tab]], run_id: run, product_id: product, order: 'stake', cursor, limit: PAGE } },
            }),
          ),
        tab === 'waiting' ? MOST : DECIDED_MOST,
      ),
  })
}

/** One proposal with why this price. */
export function proposalQuery(id: string) {
  return queryOptions({
    queryKey: ['proposals', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/proposals/{proposal_id}', { signal, params: { path: { proposal_id: id } } })),
  })
}

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
