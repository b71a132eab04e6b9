import { useMemo } from 'react'

import { Chart, type Series } from '../../parts/chart'
import { money, short } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import type { Dashboard } from './queries'
import { words } from './words'

/** Revenue by day, and the days it is compared with laid under it. */
export function RevenuePanel({ data }: { data: Dashboard }) {
  const { currency, revenue, comparison } = data
  const series = useMemo<Series[]>(() => {
    const ours: Series = { id: 'revenue', name: words.revenue, colour: 'ours', points: revenue.map((day) => ({ x: Date.parse(day.day), y: Number(day.revenue) })) }
    if (comparison === 'none') return [ours]
    const name = comparison === 'year' ? words.yearBefore : words.before
    const points = revenue.map((day) => ({ x: Date.parse(day.day), y: day.compared === null ? null : Number(day.compared) }))
    return [ours, { id: 'compared', name, colour: 'rest', points }]
  }, [revenue, comparison])
  return (
    <Panel>
      <Chart
        title={words.revenue}
        label={words.revenue}
        series={series}
        value={(y) => money(y.toFixed(2), currency)}
        tick={(y) => short(y, currency)}
        height={380}
        fromZero
      />
      {data.foreign.length > 0 && (
        <p className="mt-2 text-12 text-warn">
          {words.foreign} {data.foreign.map((one) => money(one.amount, one.currency)).join(', ')}
        </p>
      )}
    </Panel>
  )
}
