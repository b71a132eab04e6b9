import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue } from 'react'

import { Button } from '../../parts/Button'
import { counted, money, number } from '../../parts/format'
import { Money } from '../../parts/Money'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { MOST, type Totals, totalsQuery } from './queries'
import type { Product } from './rows'
import type { CatalogSearch } from './search'
import { words } from './words'

type SidePanelProps = {
  chosen: readonly Product[]
  /** Everything that matches is chosen: the program adds up by the filter, whatever the number. */
  isAll: boolean
  search: CatalogSearch
  onDeselect: () => void
  onFilter: (change: Partial<CatalogSearch>) => void
}

/** What the selection comes to, or all that match when nothing is chosen. Each count leads to its rows. */
export function SidePanel({ chosen, isAll, search, onDeselect, onFilter }: SidePanelProps) {
  const later = useDeferredValue(chosen)
  const isWhole = later.length === 0
  const isTooMany = !isWhole && !isAll && later.length > MOST
  const totals = useQuery({ ...totalsQuery(isWhole || isAll ? null : later.map((product) => product.id), search), enabled: !isTooMany })
  return (
    <aside aria-label={words.selection} className="flex min-h-0 flex-col overflow-auto rounded-8 border border-line bg-surface p-4 text-13">
      <div className="mb-2 flex min-h-7 items-center justify-between gap-2">
        <h2 className="font-semibold" aria-live="polite">
          {isWhole ? words.whole : `${counted(later.length, 'product')} selected`}
        </h2>
        {!isWhole && (
          <Button small kind="quiet" onClick={onDeselect}>
            Clear
          </Button>
        )}
      </div>
      {isTooMany && <p className="text-muted">{words.tooMany}</p>}
      {!isTooMany && totals.error && <Problem error={totals.error} onRetry={() => void totals.refetch()} />}
      {!isTooMany && totals.isPending && <Skeleton lines={7} />}
      {!isTooMany && totals.data && <Sums totals={totals.data} onFilter={isWhole ? onFilter : undefined} />}
      {isWhole && <p className="mt-4 text-12 text-muted">{words.noSelection}</p>}
    </aside>
  )
}

function Sums({ totals, onFilter }: { totals: Totals; onFilter?: SidePanelProps['onFilter'] }) {
  const archived = totals.products - totals.active
  return (
    <>
      <dl className="flex flex-col gap-1.5">
        <Line name={words.products}>{number(totals.products)}</Line>
        <Line name={words.units}>{number(totals.units)}</Line>
      </dl>
      {totals.currencies.map((one) => (
        <dl key={one.currency} className="mt-3 flex flex-col gap-1.5 border-t border-line pt-3">
          {totals.currencies.length > 1 && <Line name={one.currency}>{number(one.products)}</Line>}
          <Line name={words.atCost}>
            <Money value={one.stock_at_cost} currency={one.currency} whole />
          </Line>
          <Line name={words.atPrice}>
            <Money value={one.stock_at_price} currency={one.currency} whole />
          </Line>
          {one.lowest_price !== null && one.highest_price !== null && (
            <Line name={words.priceRange}>
              {money(one.lowest_price, one.currency)} – {money(one.highest_price, one.currency)}
            </Line>
          )}
          {one.mean_price !== null && (
            <Line name={words.meanPrice}>
              <Money value={one.mean_price} currency={one.currency} />
            </Line>
          )}
        </dl>
      ))}
      <dl className="mt-3 flex flex-col gap-1.5 border-t border-line pt-3">
        <Line name={words.outOfStock} warns count={totals.out_of_stock} onOpen={onFilter && (() => onFilter({ stock: 'out' }))} />
        <Line name={words.withoutPrice} warns count={totals.without_price} onOpen={onFilter && (() => onFilter({ blank: 'price' }))} />
        <Line name={words.withoutCost} warns count={totals.without_cost} onOpen={onFilter && (() => onFilter({ blank: 'cost' }))} />
        <Line name={words.withoutBounds} warns count={totals.without_bounds} onOpen={onFilter && (() => onFilter({ blank: 'bounds' }))} />
        <Line name={words.archived} count={archived} onOpen={onFilter && (() => onFilter({ status: 'archived' }))} />
      </dl>
    </>
  )
}

type LineProps = { name: string; children?: ReactNode; count?: number; warns?: boolean; onOpen?: () => void }

function Line({ name, children, count, warns, onOpen }: LineProps) {
  const isNone = count === 0
  const look = isNone ? 'text-muted' : warns ? 'font-medium text-warn' : 'font-medium'
  const value = count === undefined ? children : number(count)
  return (
    <div className="flex items-baseline justify-between gap-2">
      <dt className="text-muted">{name}</dt>
      <dd className={`figures text-right ${count === undefined ? 'font-medium' : look}`}>
        {onOpen && !isNone ? (
          <button type="button" onClick={onOpen} className="hover:underline" aria-label={`${name}: show ${number(count ?? 0)}`}>
            {value}
          </button>
        ) : (
          value
        )}
      </dd>
    </div>
  )
}
