import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'

import { Age, useNow } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { EmptyState } from '../../parts/EmptyState'
import { counted, percent } from '../../parts/format'
import { Money, Nothing } from '../../parts/Money'
import { Panel } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable, sortable } from '../../parts/table'
import { type Offer, offersQuery, type Product } from './queries'
import { words } from './words'

const STALE_HOURS = 24
const ROW = 32

/** What rivals ask for it now, with shipping, and how sure it is that it is the same thing. */
export function OffersPanel({ product }: { product: Product }) {
  const { data, error, refetch, isPending } = useQuery(offersQuery(product.id))
  const columns = useMemo(() => columnsFor(product), [product])
  const rows = data?.items ?? NONE
  return (
    <Panel title={words.offers} aside={data && counted(rows.length, 'offer')} flush>
      {error && !data ? (
        <div className="p-4">
          <Problem error={error} onRetry={() => void refetch()} />
        </div>
      ) : (
        <div style={{ height: Math.min(420, (rows.length || 4) * ROW + ROW + 8) }}>
          <DataTable
            label={words.offers}
            rows={rows}
            columns={columns}
            rowId={(row) => row.id}
            sort={{ id: 'delivered', descending: false }}
            loading={isPending}
            empty={<EmptyState title={words.noOffersYet}>{words.noOffersAbout}</EmptyState>}
            keys={false}
          />
        </div>
      )}
    </Panel>
  )
}

const NONE: readonly Offer[] = []
const UNSEEN_MS = 7 * 86_400_000

/** What is not seen for seven days counts no more, whatever it said last. */
function Availability({ offer }: { offer: Offer }) {
  const isGone = useNow() - Date.parse(offer.seen_at) > UNSEEN_MS
  const said = isGone ? words.unseen : (words.availabilities[offer.availability] ?? offer.availability)
  return <span className={isGone || offer.availability !== 'in_stock' ? 'text-muted' : ''}>{said}</span>
}

/** Their price over ours, less one; only in one currency, and with shipping where it is known. */
function against(offer: Offer, product: Product): number | null {
  if (product.price === null || offer.currency !== product.currency || Number(product.price) === 0) return null
  return Number(offer.delivered ?? offer.price) / Number(product.price) - 1
}

function columnsFor(product: Product): readonly Column<Offer>[] {
  return [
    {
      id: 'competitor',
      header: words.seller,
      minWidth: 160,
      sort: (row) => row.competitor,
      cell: (row) => (
        <>
          <span className="font-medium">{row.competitor}</span> {row.promotion && <Badge tone="accent">{words.promotion}</Badge>}{' '}
          {row.match_state === 'review' && <Badge tone="warn">match in review</Badge>}
        </>
      ),
    },
    { id: 'price', header: words.offerPrice, width: 100, align: 'right', sort: (row) => sortable(row.price), cell: (row) => <Money value={row.price} currency={row.currency} /> },
    {
      id: 'delivered',
      header: words.delivered,
      about: 'With shipping',
      width: 100,
      align: 'right',
      sort: (row) => sortable(row.delivered ?? row.price),
      cell: (row) => <Money value={row.delivered} currency={row.currency} />,
    },
    {
      id: 'against',
      header: words.against,
      width: 110,
      align: 'right',
      sort: (row) => against(row, product),
      cell: (row) => {
        const share = against(row, product)
        return share === null ? <Nothing /> : <span className="figures">{percent(share, 1, { signed: true })}</span>
      },
    },
    {
      id: 'availability',
      header: words.availability,
      width: 108,
      sort: (row) => row.availability,
      cell: (row) => <Availability offer={row} />,
    },
    { id: 'match', header: words.match, about: 'How sure it is that it is the same product', width: 80, align: 'right', sort: (row) => Number(row.match_confidence), cell: (row) => <span title={row.match_reason ?? undefined}>{percent(Number(row.match_confidence), 0)}</span> },
    { id: 'seen', header: words.seen, width: 80, align: 'right', sort: (row) => row.seen_at, cell: (row) => <Age at={row.seen_at} after={STALE_HOURS} /> },
    {
      id: 'origin',
      header: 'Origin',
      width: 76,
      cell: (row) => (
        <Link to="/data/lineage" search={{ kind: 'competitor_prices', key: row.id }} className="text-accent hover:underline" preload={false}>
          Row
        </Link>
      ),
    },
  ]
}
