import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { filtered } from './filtering'
import { type Proposal, proposalsQuery } from './queries'
import type { ProposalSearch, TabName } from './search'

export type Proposals = {
  all: readonly Proposal[]
  rows: readonly Proposal[]
  loading: boolean
  error: unknown
  retry: () => void
}

const NONE: readonly Proposal[] = []

/** The rows of a tab, the most money at stake first, filtered by the address. */
export function useProposals(tab: Exclude<TabName, 'unpriced'>, search: ProposalSearch): Proposals {
  const list = useQuery(proposalsQuery(tab, search))
  const all = list.data?.items ?? NONE
  const { q, sure, move, limit } = search
  const rows = useMemo(() => filtered(all, { q, sure, move, limit }), [all, q, sure, move, limit])
  return { all, rows, loading: list.isPending, error: list.error, retry: () => void list.refetch() }
}
