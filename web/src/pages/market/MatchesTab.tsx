import { useQuery } from '@tanstack/react-query'

import { Button } from '../../parts/Button'
import { ChoiceFilter } from '../../parts/Filters'
import { EmptyState } from '../../parts/EmptyState'
import { percent } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import type { TabProps } from './MarketPage'
import { MatchPanel } from './MatchPanel'
import { matchesQuery, type Offer } from './queries'
import { MATCH_STATES } from './search'
import { words } from './words'

const NONE: readonly Offer[] = []
const STATE_CHOICES = MATCH_STATES.map((value) => ({ value, label: words.states[value] }))
const COLUMNS: readonly Column<Offer>[] = [
  { id: 'title', header: words.offer, minWidth: 180, cell: (row) => <span title={row.title ?? undefined}>{row.title ?? row.gtin}</span> },
  { id: 'rival', header: words.rival, width: 116, cell: (row) => <span className="text-muted">{row.competitor}</span> },
  { id: 'sure', header: words.match, width: 64, align: 'right', cell: (row) => (row.product_id === null ? <Nothing says="no match" /> : percent(Number(row.match_confidence), 0)) },
]

/** Offers that a person decides: is it the same product as ours? The list on the left, the two side by side on the right. */
export function MatchesTab({ search, onChange }: TabProps) {
  const { state = 'review' } = search
  const { data, error, refetch, isPending } = useQuery(matchesQuery(state))
  const rows = data?.items ?? NONE
  const at = Math.max(0, rows.findIndex((row) => row.id === search.open))
  const open = rows[at]
  const toNext = () => onChange({ open: (rows[at + 1] ?? rows[at - 1])?.id })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex h-full min-h-0 flex-col gap-3">
      <div>
        <ChoiceFilter label={words.matchState} value={state} choices={STATE_CHOICES} onChange={(next) => onChange({ state: next, open: undefined })} />
      </div>
      {isPending ? (
        <Skeleton lines={8} />
      ) : rows.length === 0 ? (
        <div className="flex-1 rounded-8 border border-line bg-surface">
          {state === 'review' ? (
            <EmptyState title={words.quiet} action={<Button onClick={() => onChange({ state: 'unmatched', open: undefined })}>{words.showUnmatched}</Button>}>
              {words.quietAbout}
            </EmptyState>
          ) : (
            <EmptyState title={words.noneInState} />
          )}
        </div>
      ) : (
        <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,2fr)_minmax(0,3fr)] grid-rows-[minmax(0,1fr)] gap-4">
          <div className="overflow-hidden rounded-8 border border-line bg-surface">
            <DataTable label={words.tabs.matches} rows={rows} columns={COLUMNS} rowId={(row) => row.id} activeId={open?.id ?? null} onActive={(id) => onChange({ open: id })} />
          </div>
          {open && <MatchPanel key={open.id} offer={open} onDecided={toNext} />}
        </div>
      )}
    </div>
  )
}
