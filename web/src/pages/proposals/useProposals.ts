import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'

import { filtered } from './filtering'
import { firstProposalsQuery, type Proposal, proposalsQuery } from './queries'
import type { ProposalSearch, TabName } from './search'

export type Proposals = {
  all: readonly Proposal[]
  rows: readonly Proposal[]
  loading: boolean
  error: unknown
  retry: () => void
}

const NONE: readonly Proposal[] = []

/** The rows of a tab, the most money at stake first, filtered by the address: a first screen at once, then all. */
export function useProposals(tab: Exclude<TabName, 'unpriced'>, search: ProposalSearch): Proposals {
  const isRead = useQueryClient().getQueryData(proposalsQuery(tab, search).queryKey) !== undefined
  const first = useQuery({ ...firstProposalsQuery(tab, search), enabled: !isRead })
  const whole = useQuery({ ...proposalsQuery(tab, search), enabled: isRead || first.isFetched })
  const list = whole.data || !first.data ? whole : first
  const all = list.data?.items ?? NONE
  const { q, sure, move, limit } = search
  const rows = useMemo(() => filtered(all, { q, sure, move, limit }), [all, q, sure, move, limit])
  return { all, rows, loading: list.isPending && !list.error, error: list.error, retry: () => void whole.refetch() }
}
