import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { Chart, type Series } from '../../parts/chart'
import { EmptyState } from '../../parts/EmptyState'
import { money, number, short } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { dayPoints } from './course'
import type { TabProps } from './ProductPage'
import { type Day, daysQuery } from './queries'
import { words } from './words'

/** Units, revenue and visits by day. */
export function SalesTab({ product, span }: TabProps) {
  return (
    <Panel>
      <Courses product={product} span={span} />
    </Panel>
  )
}

function Courses({ product, span }: TabProps) {
  const { items } = useSuspenseQuery(daysQuery(product.id, span)).data
  const shown = useMemo(() => seriesOf(items), [items])
  if (items.every((day) => Number(day.units) === 0 && day.sessions === null)) {
    return <EmptyState title={words.noSales}>{words.noSalesAbout}</EmptyState>
  }
  const { currency } = product
  return (
    <div className="flex flex-col gap-6">
      <Chart title={words.unitsByDay} label={words.unitsByDay} series={shown.units} value={(y) => number(y, 1)} height={220} fromZero />
      <Chart title={words.revenueByDay} label={words.revenueByDay} series={shown.revenue} value={(y) => money(y.toFixed(2), currency)} tick={(y) => short(y, currency)} height={180} fromZero />
      {shown.visits && <Chart title={words.visits} label={words.visits} series={shown.visits} value={(y) => number(y)} height={180} fromZero />}
    </div>
  )
}

function seriesOf(days: readonly Day[]): { units: Series[]; revenue: Series[]; visits: Series[] | null } {
  const hasVisits = days.some((day) => day.sessions !== null)
  return {
    units: [
      { id: 'net', name: words.unitsNet, colour: 'ours', points: dayPoints(days, (day) => day.units_net) },
      { id: 'units', name: words.units, colour: 'rest', points: dayPoints(days, (day) => day.units) },
    ],
    revenue: [{ id: 'revenue', name: words.revenueByDay, colour: 'ours', points: dayPoints(days, (day) => day.revenue_net) }],
    visits: hasVisits
      ? [
          { id: 'sessions', name: words.sessions, colour: 'ours', points: dayPoints(days, (day) => day.sessions) },
          { id: 'views', name: words.views, colour: 'rest', points: dayPoints(days, (day) => day.views) },
        ]
      : null,
  }
}
