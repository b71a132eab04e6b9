import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'

import { useMay } from '../../api/me'
import { Age, useNow } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { ChoiceFilter, Filters, SearchFilter } from '../../parts/Filters'
import { counted, percent } from '../../parts/format'
import { Money, Nothing } from '../../parts/Money'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable, sortable } from '../../parts/table'
import type { TabProps } from './MarketPage'
import { type Offer, offersQuery, ourProductsQuery, rivalsQuery } from './queries'
import { against, type OurPrices } from './rivalry'
import { ONLY, shown, STOCKS } from './search'
import { words } from './words'

const STALE_HOURS = 24
const A_DAY = 86_400_000
type Line = Offer & { against: number | null }
const NONE: readonly Line[] = []
const NO_PRICES: OurPrices = new Map()
const STOCK_CHOICES = STOCKS.map((value) => ({ value, label: words.stocks[value] ?? value }))
const ONLY_CHOICES = ONLY.map((value) => ({ value, label: words.onlys[value] }))
const money = (value: string | null, offer: Offer) => <Money value={value} currency={offer.currency} />

const COLUMNS: readonly Column<Line>[] = [
  {
    id: 'title',
    header: words.offer,
    minWidth: 240,
    sort: (row) => row.title,
    cell: (row) => (
      <>
        {row.product_id ? (
          <Link to="/catalog/$productId" params={{ productId: row.product_id }} search={{}} preload={false} tabIndex={-1} className="font-medium hover:underline" title={row.title ?? undefined}>
            {row.title ?? row.gtin}
          </Link>
        ) : (
          <span title={row.title ?? undefined}>{row.title ?? row.gtin ?? <Nothing />}</span>
        )}
      </>
    ),
  },
  { id: 'rival', header: words.rival, width: 116, sort: (row) => row.competitor, cell: (row) => row.competitor },
  { id: 'price', header: words.price, width: 88, align: 'right', sort: (row) => sortable(row.price), cell: (row) => money(row.price, row) },
  { id: 'delivered', header: words.delivered, about: 'With shipping', width: 96, align: 'right', sort: (row) => sortable(row.delivered), cell: (row) => <span className="font-medium">{money(row.delivered, row)}</span> },
  {
    id: 'against',
    header: words.against,
    about: words.againstAbout,
    width: 106,
    align: 'right',
    sort: (row) => row.against,
    cell: (row) => (row.against === null ? <Nothing says="not compared" /> : <span className="figures">{percent(row.against, 1, { signed: true })}</span>),
  },
  {
    id: 'promotion',
    header: words.discount,
    width: 96,
    align: 'right',
    sort: (row) => (row.promotion ? Number(row.discount_percent ?? 0) : null),
    cell: (row) => (row.promotion ? <Badge tone="accent">{row.discount_percent === null ? words.promotion : percent(-Number(row.discount_percent) / 100, 0)}</Badge> : <Nothing />),
  },
  { id: 'stock', header: words.stock, width: 100, sort: (row) => row.availability, cell: (row) => <span className={row.availability === 'in_stock' ? '' : 'text-muted'}>{words.stocks[row.availability] ?? row.availability}</span> },
  { id: 'match', header: words.match, width: 104, sort: (row) => row.match_state, cell: (row) => <span className="text-muted" title={row.match_reason ?? undefined}>{words.states[row.match_state]}</span> },
  { id: 'seen', header: words.seen, width: 72, align: 'right', sort: (row) => row.seen_at, cell: (row) => <Age at={row.seen_at} after={STALE_HOURS} /> },
]

/** The newest sighting of every offer. */
export function OffersTab({ search, onChange }: TabProps) {
  const { data, error, refetch, isPending } = useQuery(offersQuery)
  const rivals = useQuery(rivalsQuery).data?.items ?? []
  const ours = useQuery({ ...ourProductsQuery, enabled: useMay()('catalog:read') }).data ?? NO_PRICES
  const navigate = useNavigate()
  const now = useNow(A_DAY)
  const lines = useMemo(() => data?.items.map((offer): Line => ({ ...offer, against: against(offer, ours, now) })) ?? NONE, [data, ours, now])
  const rows = useMemo(() => shown(lines, search), [lines, search])
  const isFiltered = [search.q, search.rival, search.stock, search.only].some((one) => one !== undefined)
  const clear = () => onChange({ q: undefined, rival: undefined, stock: undefined, only: undefined })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex h-full min-h-0 flex-col gap-3">
      <Filters active={isFiltered} onClear={clear}>
        <SearchFilter label={words.search} value={search.q} onChange={(q) => onChange({ q })} />
        <ChoiceFilter label={words.rival} value={search.rival} choices={rivals.map((one) => ({ value: one.id, label: one.name }))} onChange={(rival) => onChange({ rival })} />
        <ChoiceFilter label={words.stock} value={search.stock} choices={STOCK_CHOICES} onChange={(stock) => onChange({ stock })} />
        <ChoiceFilter label={words.only} value={search.only} choices={ONLY_CHOICES} onChange={(only) => onChange({ only })} />
        {data && <span className="figures text-13 text-muted">{counted(rows.length, 'offer')}</span>}
      </Filters>
      <div className="min-h-0 flex-1 overflow-hidden rounded-8 border border-line bg-surface">
        <DataTable
          label={words.offers}
          rows={rows}
          columns={COLUMNS}
          rowId={(row) => row.id}
          sort={{ id: 'against', descending: false }}
          loading={isPending}
          onOpen={(row) => {
            if (row.product_id) void navigate({ to: '/catalog/$productId', params: { productId: row.product_id }, search: {} })
            else onChange({ tab: 'matches', state: 'unmatched', open: row.id })
          }}
          empty={
            isFiltered ? (
              <EmptyState title={words.noneMatch} action={<Button onClick={clear}>{words.clear}</Button>} />
            ) : (
              <EmptyState title={words.noneYet} action={<Link to="/data" search={{}} className="text-13 font-medium text-accent hover:underline">{words.import}</Link>}>
                {words.noneYetAbout}
              </EmptyState>
            )
          }
        />
      </div>
    </div>
  )
}
