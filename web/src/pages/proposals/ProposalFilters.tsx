import { useMemo } from 'react'

import { ChoiceFilter, Filters, SearchFilter } from '../../parts/Filters'
import { decidingLimits } from './filtering'
import type { Proposal } from './queries'
import type { ProposalSearch } from './search'
import { limitName, words } from './words'

type ProposalFiltersProps = { rows: readonly Proposal[]; search: ProposalSearch; change: (next: Partial<ProposalSearch>) => void }

export const NO_FILTER = { q: undefined, sure: undefined, move: undefined, limit: undefined, run: undefined, product: undefined }

export function isFiltered(search: ProposalSearch): boolean {
  return [search.q, search.sure, search.move, search.limit, search.run, search.product].some((value) => value !== undefined)
}

/** What narrows the list; all of it is in the address. */
export function ProposalFilters({ rows, search, change }: ProposalFiltersProps) {
  const limits = useMemo(() => decidingLimits(rows).map((kind) => ({ value: kind, label: limitName(kind) })), [rows])
  return (
    <Filters active={isFiltered(search)} onClear={() => change(NO_FILTER)}>
      <SearchFilter label={words.search} value={search.q} onChange={(q) => change({ q })} />
      <ChoiceFilter
        label={words.confidence}
        value={search.sure}
        choices={[{ value: 'high', label: words.sure }, { value: 'low', label: words.unsure }]}
        onChange={(sure) => change({ sure })}
      />
      <ChoiceFilter
        label={words.move}
        value={search.move}
        choices={[{ value: 'up', label: words.up }, { value: 'down', label: words.down }]}
        onChange={(move) => change({ move })}
      />
      <ChoiceFilter label={words.limit} value={search.limit} choices={limits} onChange={(limit) => change({ limit })} />
    </Filters>
  )
}
