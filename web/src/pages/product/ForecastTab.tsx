import { useSuspenseQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'

import { AccuracyTable } from '../../parts/AccuracyTable'
import { Age } from '../../parts/Age'
import { Chart } from '../../parts/chart'
import { EmptyState } from '../../parts/EmptyState'
import { counted, percent } from '../../parts/format'
import { Interval } from '../../parts/Interval'
import { Guarded, Panel } from '../../parts/Panel'
import { type Forecast, isSilent, type Outlook, pictureOf, units } from './outlook'
import type { TabProps } from './ProductPage'
import { accuracyQuery, daysQuery, forecastQuery } from './queries'
import { words } from './words'

const say = words.forecast

/** What will be sold, how sure that is, and how earlier forecasts of this product came out. */
export function ForecastTab(props: TabProps) {
  return (
    <Guarded>
      <Ahead {...props} />
    </Guarded>
  )
}

function Ahead({ product, span }: TabProps) {
  const forecast = useSuspenseQuery(forecastQuery(product.id)).data
  if (!forecast) {
    return (
      <div className="flex flex-col gap-4">
        <Panel>
          <EmptyState title={say.none}>{say.noneAbout}</EmptyState>
        </Panel>
        <Earlier id={product.id} />
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <Doubts forecast={forecast} />
      <div className="grid grid-cols-[minmax(0,1fr)_300px] items-start gap-4">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel>
            <Picture product={product} span={span} forecast={forecast} />
          </Panel>
          <Earlier id={product.id} />
        </div>
        <div className="flex flex-col gap-4">
          <Panel title={say.totals}>
            {isSilent(forecast) ? <p className="text-13 text-muted">{say.silentTotals}</p> : <Totals totals={forecast.totals} />}
          </Panel>
          <Panel title={say.rests}>
            <Grounds forecast={forecast} />
          </Panel>
        </div>
      </div>
    </div>
  )
}

/** What keeps the forecast from being relied on, before anything else. */
function Doubts({ forecast }: { forecast: Forecast }) {
  if (forecast.too_short) return <Doubt title={say.tooShort(counted(forecast.history_days, 'day'))}>{say.tooShortAbout}</Doubt>
  if (isSilent(forecast)) return <Doubt title={say.silent}>{say.silentAbout}</Doubt>
  return null
}

function Doubt({ title, children }: { title: string; children: string }) {
  return (
    <p className="flex items-start gap-2 rounded-8 bg-warn-soft px-4 py-2.5 text-13">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <span>
        <strong className="font-medium">{title}</strong> {children}
      </span>
    </p>
  )
}

function Picture({ product, span, forecast }: TabProps & { forecast: Forecast }) {
  const { items } = useSuspenseQuery(daysQuery(product.id, span)).data
  const { series, bands } = useMemo(() => pictureOf(items, forecast, say), [items, forecast])
  return (
    <>
      <Chart title={say.title} label={say.title} series={series} bands={bands} value={units} height={340} fromZero />
      <p className="mt-2 max-w-[80ch] text-12 text-balance text-muted">{say.note}</p>
    </>
  )
}

function Totals({ totals }: { totals: readonly Outlook[] }) {
  return (
    <div className="flex flex-col gap-4">
      {totals.map((total) => (
        <div key={total.horizon}>
          <p className="mb-1 text-12 text-muted">{say.totalOf(total.horizon)}</p>
          <Interval label={say.totalOf(total.horizon)} low={String(total.low_95)} middle={String(total.units)} high={String(total.high_95)} text={units} />
          <p className="figures mt-1 text-12 text-muted">{say.total80(units(total.low_80), units(total.high_80))}</p>
        </div>
      ))}
      <p className="text-12 text-muted">{say.totalsNote}</p>
    </div>
  )
}

function Grounds({ forecast }: { forecast: Forecast }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-13">
      <Ground name={say.confidence} about={say.confidenceAbout}>{say.confidenceOf(forecast.confidence)}</Ground>
      <Ground name={say.history} about={say.historyAbout}>{counted(forecast.history_days, 'day')}</Ground>
      <Ground name={say.weekly} about={say.weeklyAbout}>{season(forecast.weekly, say.faintWeek)}</Ground>
      <Ground name={say.yearly} about={say.yearlyAbout}>{season(forecast.yearly, say.noYear)}</Ground>
      <Ground name={say.made}><Age at={forecast.made_at} after={48} /></Ground>
    </dl>
  )
}

function Ground({ name, about, children }: { name: string; about?: string; children: ReactNode }) {
  return (
    <>
      <dt title={about} className="text-muted">{name}</dt>
      <dd title={about} className="figures text-right">{children}</dd>
    </>
  )
}

function season(share: number, none: string): string {
  return share > 0 ? say.explains(percent(share, 0)) : none
}

function Earlier({ id }: { id: string }) {
  return (
    <Panel title={say.earlier}>
      <CameOut id={id} />
    </Panel>
  )
}

function CameOut({ id }: { id: string }) {
  const { items } = useSuspenseQuery(accuracyQuery(id)).data
  if (items.length === 0) return <EmptyState title={say.noneDue}>{say.noneDueAbout}</EmptyState>
  return <AccuracyTable items={items} />
}
