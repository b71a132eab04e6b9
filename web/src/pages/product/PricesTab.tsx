import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { Chart } from '../../parts/chart'
import { EmptyState } from '../../parts/EmptyState'
import { date, money } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { courseOf } from './course'
import { OffersPanel } from './OffersPanel'
import type { TabProps } from './ProductPage'
import { offersQuery, rivalsQuery, seriesQuery } from './queries'
import { words } from './words'

/** Our price against rivals' over time, then their offers now. */
export function PricesTab({ product, span }: TabProps) {
  return (
    <div className="flex flex-col gap-4">
      <Panel>
        <History product={product} span={span} />
      </Panel>
      <OffersPanel product={product} />
    </div>
  )
}

function History({ product, span }: TabProps) {
  const prices = useSuspenseQuery(seriesQuery(product.id, span)).data
  const order = useSuspenseQuery(rivalsQuery).data
  const offers = useSuspenseQuery(offersQuery(product.id)).data
  const { currency } = prices
  const course = useMemo(() => {
    const seen = new Map(offers.items.map((offer) => [offer.id, offer.seen_at]))
    return courseOf(prices, { order, seen, names: words, write: (price) => `${words.changed} ${money(price, currency)}` })
  }, [prices, order, offers, currency])
  if (course.series.length === 0) return <EmptyState title={words.noHistory}>{words.noHistoryAbout}</EmptyState>
  return (
    <>
      <Chart
        title={words.history}
        label={words.history}
        series={course.series}
        markers={course.markers}
        feet={course.feet}
        value={(y) => money(y.toFixed(2), currency)}
        x={(x) => date(x, span === '90d' ? 'shortDay' : 'day')}
        height={320}
      />
      <p className="mt-1 text-12 text-muted">
        {words.chartNote} {prices.is_thinned && words.thinned}{' '}
        {course.otherCurrency.length > 0 && `${words.otherCurrency} ${course.otherCurrency.join(', ')}.`}
      </p>
    </>
  )
}
