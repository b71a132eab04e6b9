import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'

import { useMay } from '../../api/me'
import { api, read } from '../../api/client'
import { useStable } from '../../app/useStable'
import { announce, announceProblem } from '../../app/toasts'
import { Age, useNow } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { number } from '../../parts/format'
import { Nothing, Quantity } from '../../parts/Money'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import type { TabProps } from './MarketPage'
import { offersQuery, ourProductsQuery, type Rival, rivalsQuery } from './queries'
import { type Stand, standings } from './rivalry'
import { words } from './words'

type Wanted = Pick<Rival, 'id' | 'name' | 'status' | 'is_own'>
type Line = Rival & { stand: Stand | undefined }
const NONE: readonly Line[] = []
const A_DAY = 86_400_000

/** Whose offers count. */
export function RivalsTab({ onChange }: TabProps) {
  const { data, error, refetch, isPending } = useQuery(rivalsQuery)
  const mayChange = useMay()('market:write')
  const set = useStable(useSetRival())
  const offers = useQuery(offersQuery).data?.items
  const ours = useQuery({ ...ourProductsQuery, enabled: useMay()('catalog:read') }).data
  const now = useNow(A_DAY)
  const stands = useMemo(() => (offers && ours ? standings(offers, ours, now) : null), [offers, ours, now])
  const rows = useMemo(() => data?.items.map((rival): Line => ({ ...rival, stand: stands?.get(rival.id) })) ?? NONE, [data, stands])
  const columns = useMemo(() => columnsFor(mayChange ? set : null), [mayChange, set])
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="h-full overflow-hidden rounded-8 border border-line bg-surface">
      <DataTable
        label={words.rivals}
        rows={rows}
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

function columnsFor(set: ((rival: Rival, change: Partial<Wanted>) => void) | null): readonly Column<Line>[] {
  return [
    { id: 'name', header: words.rival, minWidth: 140, sort: (row) => row.name, cell: (row) => <span className="font-medium">{row.name}</span> },
    { id: 'offers', header: words.offers, width: 76, align: 'right', greatestFirst: true, sort: (row) => row.offers, cell: (row) => number(row.offers) },
    { id: 'matched', header: words.matched, about: words.matchedAbout, width: 92, align: 'right', sort: (row) => row.stand?.matched, cell: (row) => <Quantity value={row.stand?.matched} /> },
    { id: 'cheaper', header: words.cheaper, about: words.cheaperAbout, width: 120, align: 'right', greatestFirst: true, sort: (row) => row.stand?.cheaper, cell: (row) => <Cheaper rival={row.id} stand={row.stand} /> },
    { id: 'index', header: words.index, about: words.indexAbout, width: 100, align: 'right', sort: (row) => row.stand?.index, cell: (row) => <Quantity value={row.stand?.index} digits={1} /> },
    { id: 'promotions', header: words.promotions, width: 100, align: 'right', greatestFirst: true, sort: (row) => row.stand?.promotions, cell: (row) => <Quantity value={row.stand?.promotions} /> },
    { id: 'seen', header: words.seen, width: 72, align: 'right', sort: (row) => row.stand?.newest, cell: (row) => <Seen at={row.stand?.newest} /> },
    {
      id: 'status',
      header: words.matchState,
      width: 100,
      sort: (row) => row.status,
      cell: (row) => (row.is_own ? <Badge tone="accent">{words.own}</Badge> : row.status === 'active' ? <Badge tone="good">{words.counted}</Badge> : <Badge>{words.ignored}</Badge>),
    },
    {
      id: 'change',
      header: words.actions,
      width: 210,
      align: 'right',
      cell: (row) =>
        set && (
          <span className="inline-flex gap-1">
            <Button small kind="quiet" title={row.status === 'active' ? words.ignoreAbout : words.countAbout} onClick={() => set(row, { status: row.status === 'active' ? 'ignored' : 'active' })}>
              {row.status === 'active' ? words.ignore : words.count}
            </Button>
            <Button small kind="quiet" title={row.is_own ? words.markRivalAbout : words.markOwnAbout} onClick={() => set(row, { is_own: !row.is_own })}>
              {row.is_own ? words.markRival : words.markOwn}
            </Button>
          </span>
        ),
    },
  ]
}

/** How many are below our price, leading to these. */
function Cheaper({ rival, stand }: { rival: string; stand: Stand | undefined }) {
  if (!stand || stand.compared === 0) return <Nothing says="not compared" />
  return (
    <span className="figures">
      <Link to="/market" search={{ tab: 'offers', rival, only: 'cheaper' }} className="text-accent hover:underline">
        {number(stand.cheaper)}
      </Link>{' '}
      <span className="text-muted">of {number(stand.compared)}</span>
    </span>
  )
}

function Seen({ at }: { at: string | null | undefined }) {
  return at ? <Age at={at} after={24} /> : <Nothing says="never" />
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
