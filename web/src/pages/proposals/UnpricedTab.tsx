import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'

import { EmptyState } from '../../parts/EmptyState'
import { Filters, SearchFilter } from '../../parts/Filters'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import { Age } from '../../parts/Age'
import { readExplanation } from './explanation'
import { type Hold, holdsQuery } from './queries'
import type { ProposalSearch } from './search'
import { Block } from './WhyPanel'
import { LimitTable } from './WhyTables'
import { words } from './words'

const columns: Column<Hold>[] = [
  {
    id: 'product',
    header: words.product,
    sort: (row) => row.product_name,
    cell: (row) => (
      <>
        <span className="block truncate font-medium">{row.product_name}</span>
        <span className="block truncate text-12 text-muted">{readExplanation(row.explanation).sentence}</span>
      </>
    ),
  },
]
const ROW = 52

type UnpricedTabProps = { search: ProposalSearch; change: (next: Partial<ProposalSearch>) => void }

/** Products for which no price is possible, each with what stands in the way. */
export function UnpricedTab({ search, change }: UnpricedTabProps) {
  const { data, error, isPending, refetch } = useQuery(holdsQuery)
  const rows = useMemo(() => {
    const wanted = search.q?.toLowerCase() ?? ''
    return (data?.items ?? []).filter((row) => `${row.product_name} ${row.sku}`.toLowerCase().includes(wanted))
  }, [data, search.q])
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  const open = rows.find((row) => row.product_id === search.open) ?? rows[0]
  return (
    <>
      <Filters active={search.q !== undefined} onClear={() => change({ q: undefined })}>
        <SearchFilter label={words.searchProduct} value={search.q} onChange={(q) => change({ q })} />
      </Filters>
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(380px,5fr)_minmax(0,8fr)] gap-4">
        <section className="min-h-0 overflow-hidden rounded-8 border border-line bg-surface">
          <DataTable
            label={words.unpriced}
            rows={rows}
            columns={columns}
            rowId={(row) => row.product_id}
            rowHeight={ROW}
            activeId={open?.product_id ?? null}
            onActive={(id) => change({ open: id })}
            loading={isPending}
            empty={<EmptyState title={search.q ? words.nothingMatches : words.everythingPriced} />}
          />
        </section>
        <section className="min-h-0 overflow-y-auto rounded-8 border border-line bg-surface">{open && <HoldPanel hold={open} />}</section>
      </div>
    </>
  )
}

function HoldPanel({ hold }: { hold: Hold }) {
  const why = readExplanation(hold.explanation)
  return (
    <article aria-label={hold.product_name} className="flex flex-col gap-5 p-5">
      <header>
        <h2 className="text-16 font-semibold">
          <Link to="/catalog/$productId" params={{ productId: hold.product_id }} className="hover:text-accent hover:underline">
            {hold.product_name}
          </Link>{' '}
          <code className="ml-1 text-12 font-normal text-muted">{hold.sku}</code>
        </h2>
        <p className="text-13 text-muted">
          Computed <Age at={hold.at} /> ago
        </p>
      </header>
      <ul className="flex max-w-[65ch] list-disc flex-col gap-1 pl-4 text-14">
        {(why.details.length > 0 ? why.details : [why.sentence]).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {why.limits.length > 0 && (
        <Block title={words.why.limits}>
          <LimitTable limits={why.limits} currency={why.currency} policyId={null} />
        </Block>
      )}
    </article>
  )
}
