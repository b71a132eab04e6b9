import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode, useDeferredValue } from 'react'

import { counted, money, number } from '../../parts/format'
import { Money } from '../../parts/Money'
import { Problem } from '../../parts/Problem'
import { MOST, type Totals, totalsQuery } from './queries'
import type { Product } from './rows'
import type { CatalogSearch } from './search'
import { words } from './words'

type TotalsBarProps = {
  chosen: readonly Product[]
  /** Everything that matches is chosen: the program adds up by the filter, whatever the number. */
  isAll: boolean
  search: CatalogSearch
  onDeselect: () => void
  onFilter: (change: Partial<CatalogSearch>) => void
}

/** Beneath the list: what the selection comes to, or all that match when nothing is chosen. Each count leads to its rows. */
export function TotalsBar({ chosen, isAll, search, onDeselect, onFilter }: TotalsBarProps) {
  const later = useDeferredValue(chosen)
  const isWhole = later.length === 0
  const isTooMany = !isWhole && !isAll && later.length > MOST
  const totals = useQuery({ ...totalsQuery(isWhole || isAll ? null : later.map((product) => product.id), search), enabled: !isTooMany })
  return (
    <aside aria-label={words.selection} className="flex shrink-0 flex-wrap items-baseline gap-x-5 gap-y-1 border-t border-line px-4 py-2 text-12">
      <h2 className="text-13 font-semibold" aria-live="polite">
        {isWhole ? words.whole : `${counted(later.length, 'product')} selected`}
        {!isWhole && (
          <button type="button" onClick={onDeselect} className="ml-2 text-12 font-medium text-accent hover:underline">
            {words.deselect}
          </button>
        )}
      </h2>
      {isTooMany && <p className="text-muted">{words.tooMany}</p>}
      {!isTooMany && totals.error && <Problem error={totals.error} onRetry={() => void totals.refetch()} />}
      {!isTooMany && totals.isPending && <span className="skeleton h-3 w-96" />}
      {!isTooMany && totals.data && <Sums totals={totals.data} onFilter={isWhole ? onFilter : undefined} />}
    </aside>
  )
}

function Sums({ totals, onFilter }: { totals: Totals; onFilter?: TotalsBarProps['onFilter'] }) {
  return (
    <dl className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-5 gap-y-1">
      <Line name={words.units}>{number(totals.units)}</Line>
      {totals.currencies.map((one) => (
        <Fragment key={one.currency}>
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
        </Fragment>
      ))}
      <Line name={words.outOfStock} warns count={totals.out_of_stock} onOpen={onFilter && (() => onFilter({ stock: 'out' }))} />
      <Line name={words.withoutPrice} warns count={totals.without_price} onOpen={onFilter && (() => onFilter({ blank: 'price' }))} />
      <Line name={words.withoutCost} warns count={totals.without_cost} onOpen={onFilter && (() => onFilter({ blank: 'cost' }))} />
      <Line name={words.withoutBounds} warns count={totals.without_bounds} onOpen={onFilter && (() => onFilter({ blank: 'bounds' }))} />
      <Line name={words.archived} count={totals.products - totals.active} onOpen={onFilter && (() => onFilter({ status: 'archived' }))} />
    </dl>
  )
}

type LineProps = { name: string; children?: ReactNode; count?: number; warns?: boolean; onOpen?: () => void }

/** A figure behind its name; a count of nothing is left out. */
function Line({ name, children, count, warns, onOpen }: LineProps) {
  if (count === 0) return null
  const value = count === undefined ? children : number(count)
  return (
    <div className="flex items-baseline gap-1.5 whitespace-nowrap">
      <dt className="text-muted">{name}</dt>
      <dd className={`figures font-medium ${warns ? 'text-warn' : ''}`}>
        {onOpen && count !== undefined ? (
          <button type="button" onClick={onOpen} className="underline decoration-dotted underline-offset-2 hover:decoration-solid" aria-label={`${name}: show ${number(count)}`}>
            {value}
          </button>
        ) : (
          value
        )}
      </dd>
    </div>
  )
}
