import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'

import { useMay } from '../../api/me'
import { api, read } from '../../api/client'
import { useStable } from '../../app/useStable'
import { announce, announceProblem } from '../../app/toasts'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { number } from '../../parts/format'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import type { TabProps } from './MarketPage'
import { type Rival, rivalsQuery } from './queries'
import { words } from './words'

type Wanted = Pick<Rival, 'id' | 'name' | 'status' | 'is_own'>
const NONE: readonly Rival[] = []

/** Whose offers count. */
export function RivalsTab({ onChange }: TabProps) {
  const { data, error, refetch, isPending } = useQuery(rivalsQuery)
  const mayChange = useMay()('market:write')
  const set = useStable(useSetRival())
  const columns = useMemo(() => columnsFor(mayChange ? set : null), [mayChange, set])
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="h-full overflow-hidden rounded-8 border border-line bg-surface">
      <DataTable
        label={words.rivals}
        rows={data?.items ?? NONE}
        columns={columns}
        rowId={(row) => row.id}
        rowName={(row) => row.name}
        loading={isPending}
        onOpen={(row) => onChange({ tab: 'offers', rival: row.id })}
        empty={<EmptyState title={words.noRivals}>{words.noneYetAbout}</EmptyState>}
      />
    </div>
  )
}

function columnsFor(set: ((rival: Rival, change: Partial<Wanted>) => void) | null): readonly Column<Rival>[] {
  return [
    { id: 'name', header: words.rival, minWidth: 200, sort: (row) => row.name, cell: (row) => <span className="font-medium">{row.name}</span> },
    { id: 'offers', header: words.offers, width: 100, align: 'right', sort: (row) => row.offers, cell: (row) => number(row.offers) },
    {
      id: 'status',
      header: words.matchState,
      width: 140,
      sort: (row) => row.status,
      cell: (row) => (row.is_own ? <Badge tone="accent">{words.own}</Badge> : row.status === 'active' ? <Badge tone="good">{words.counted}</Badge> : <Badge>{words.ignored}</Badge>),
    },
    {
      id: 'change',
      header: words.actions,
      width: 240,
      align: 'right',
      cell: (row) =>
        set && (
          <span className="inline-flex gap-1">
            <Button small kind="quiet" onClick={() => set(row, { status: row.status === 'active' ? 'ignored' : 'active' })}>
              {row.status === 'active' ? words.ignore : words.count}
            </Button>
            <Button small kind="quiet" onClick={() => set(row, { is_own: !row.is_own })}>
              {row.is_own ? words.markRival : words.markOwn}
            </Button>
          </span>
        ),
    },
  ]
}

/** Change a rival at once; the toast puts it back. */
function useSetRival() {
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: ({ id, status, is_own }: Wanted) =>
      read(api.PUT('/api/v1/market/competitors/{competitor_id}', { params: { path: { competitor_id: id } }, body: { status, is_own } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ['market'] }),
    onError: announceProblem,
  })
  return ({ id, name, status, is_own }: Rival, wanted: Partial<Wanted>) => {
    const before: Wanted = { id, name, status, is_own }
    const after: Wanted = { ...before, ...wanted }
    change.mutate(after, { onSuccess: () => announce(`${name} ${told(before, after)}`, { undo: () => change.mutate(before) }) })
  }
}

function told(before: Wanted, after: Wanted): string {
  if (before.is_own !== after.is_own) return after.is_own ? words.ownNow : words.rivalNow
  return after.status === 'ignored' ? words.ignoredNow : words.countedNow
}
