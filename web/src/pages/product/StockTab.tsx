import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { Age } from '../../parts/Age'
import { Chart, type Series } from '../../parts/chart'
import { EmptyState } from '../../parts/EmptyState'
import { number } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { dayPoints } from './course'
import type { TabProps } from './ProductPage'
import { countsQuery, daysQuery, type Product } from './queries'
import { words } from './words'

/** What was left at the end of each day, and the newest count of each warehouse. */
export function StockTab({ product, span }: TabProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_300px] items-start gap-4">
      <Panel>
        <Course product={product} span={span} />
      </Panel>
      <Panel title={words.counts}>
        <Counts product={product} />
      </Panel>
    </div>
  )
}

function Course({ product, span }: TabProps) {
  const { items } = useSuspenseQuery(daysQuery(product.id, span)).data
  const series = useMemo<Series[]>(
    () => [{ id: 'stock', name: words.quantity, colour: 'ours', steps: true, points: dayPoints(items, (day) => day.stock) }],
    [items],
  )
  if (items.every((day) => day.stock === null)) return <EmptyState title={words.noStock}>{words.noStockAbout}</EmptyState>
  return <Chart title={words.stockByDay} label={words.stockByDay} series={series} value={(y) => number(y)} height={300} fromZero />
}

function Counts({ product }: { product: Product }) {
  const { items } = useSuspenseQuery(countsQuery(product.id)).data
  if (items.length === 0) return <p className="text-13 text-muted">{words.noStock}</p>
  return (
    <table className="w-full text-13">
      <thead>
        <tr className="text-12 text-muted">
          <th scope="col" className="pb-1 text-left">{words.warehouse}</th>
          <th scope="col" className="pb-1 text-right">{words.quantity}</th>
          <th scope="col" className="pb-1 text-right">{words.countedAt}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((count) => (
          <tr key={count.warehouse} className="border-t border-line">
            <td className="py-1.5">{count.warehouse}</td>
            <td className="py-1.5 text-right font-medium">{number(count.quantity)}</td>
            <td className="py-1.5 text-right text-muted"><Age at={count.counted_at} after={48} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
