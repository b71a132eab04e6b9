import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { filtered } from './filtering'
import { proposalsQuery, unitsQuery } from './queries'
import type { ProposalSearch, TabName } from './search'
import { type Staked, staked, weeklyUnits } from './stake'

const today = new Date().toISOString().slice(0, 10)

export type Proposals = {
  all: readonly Staked[]
  rows: readonly Staked[]
  more: boolean
  loading: boolean
  error: unknown
  retry: () => void
}

/** The rows of a tab, with their stakes, filtered by the address. */
export function useProposals(tab: Exclude<TabName, 'unpriced'>, search: ProposalSearch, enabled: boolean): Proposals {
  const list = useQuery({ ...proposalsQuery(tab, search), enabled })
  const sales = useQuery({ ...unitsQuery(today), enabled })
  const units = useMemo(() => (sales.data ? weeklyUnits(sales.data) : undefined), [sales.data])
  const all = useMemo(() => (list.data ? staked(list.data.items, units) : []), [list.data, units])
  const { q, sure, move, limit } = search
  const rows = useMemo(() => filtered(all, { q, sure, move, limit }), [all, q, sure, move, limit])
  return {
    all,
    rows,
    more: list.data?.more ?? false,
    loading: list.isPending || (sales.isPending && !sales.isError),
    error: list.error,
    retry: () => void list.refetch(),
  }
}
