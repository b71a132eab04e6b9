import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { Badge } from '../../parts/Badge'
import { type Band, Chart, type Series } from '../../parts/chart'
import { EmptyState } from '../../parts/EmptyState'
import { counted, date, money, number, percent } from '../../parts/format'
import { Interval } from '../../parts/Interval'
import { Panel } from '../../parts/Panel'
import { verdictTone } from './draft'
import { type Report, reportQuery } from './queries'
import { words } from './words'

type Metric = NonNullable<Report['main']>

const share = (value: string) => percent(Number(value), 1, { signed: true })

/** What the newest night found: the sentence, the effect with its interval, and what must not get worse. */
export function ReportPanels({ id }: { id: string }) {
  const report = useSuspenseQuery(reportQuery(id)).data
  if (!report) {
    return (
      <Panel title={words.report}>
        <EmptyState title={words.notYet}>{words.notYetAbout}</EmptyState>
      </Panel>
    )
  }
  return (
    <>
      <Panel title={words.report} actions={<Badge tone={verdictTone(report.verdict)}>{words.verdicts[report.verdict] ?? report.verdict}</Badge>}>
        <p className="max-w-[80ch] text-14">{report.sentence}</p>
        <p className="mt-1 text-12 text-muted">{known(report).join(' · ')}</p>
        {report.main && <Main metric={report.main} report={report} />}
        {report.looks.length > 1 && <Looks report={report} />}
      </Panel>
      {report.guardrails.length > 0 && (
        <Panel title={words.guardrails}>
          <Guardrails metrics={report.guardrails} />
        </Panel>
      )}
    </>
  )
}

function known(report: Report): string[] {
  return [
    words.progress(number(report.days), number(report.planned_days)),
    ...(report.through ? [words.through(date(report.through, 'day'))] : []),
    words.comparisons(counted(report.cells, 'pair')),
    words.applied(counted(report.prices_applied, 'price')),
  ]
}

function Main({ metric, report }: { metric: Metric; report: Report }) {
  const { effect, a_week: week } = metric
  const name = words.metrics[metric.metric] ?? metric.metric
  if (effect.value === null || effect.low === null || effect.high === null) return null
  const text = (value: string) => (metric.metric === 'units' ? number(value, 0, { signed: true }) : money(value, report.currency, { whole: true, signed: true }))
  return (
    <>
      <div className="mt-4 grid grid-cols-2 gap-8">
        <div>
          <p className="mb-1 text-12 text-muted">{words.effect(name)}</p>
          <Interval label={words.effect(name)} low={String(effect.low)} middle={String(effect.value)} high={String(effect.high)} text={share} />
        </div>
        {week && week.value !== null && week.low !== null && week.high !== null && (
          <div>
            <p className="mb-1 text-12 text-muted">{words.aWeek(name)}</p>
            <Interval label={words.aWeek(name)} low={week.low} middle={week.value} high={week.high} text={text} />
          </div>
        )}
      </div>
      <p className="mt-2 text-12 text-muted">{words.intervalAbout(percent(report.interval, 0))}</p>
    </>
  )
}

function Looks({ report: { looks } }: { report: Report }) {
  const { series, bands } = useMemo(() => pictureOf(looks), [looks])
  return (
    <div className="mt-5">
      <Chart title={words.looks} label={words.looks} series={series} bands={bands} along={words.along} x={(x) => number(x)} value={(y) => percent(y, 1, { signed: true })} height={220} fromZero />
    </div>
  )
}

function pictureOf(looks: Report['looks']): { series: Series[]; bands: Band[] } {
  return {
    series: [{ id: 'effect', name: words.seen, colour: 'ours', points: looks.map((look) => ({ x: look.day, y: look.effect.value })) }],
    bands: [{ id: 'interval', name: words.band, colour: 'ours', points: looks.map((look) => ({ x: look.day, low: look.effect.low, high: look.effect.high })) }],
  }
}

const HEAD = 'pb-2 font-normal'

function Guardrails({ metrics }: { metrics: readonly Metric[] }) {
  return (
    <table className="w-full text-13">
      <thead>
        <tr className="text-12 text-muted">
          <th scope="col" className={`${HEAD} text-left`}>{words.guardrail}</th>
          <th scope="col" className={`${HEAD} text-right`}>{words.change}</th>
          <th scope="col" className={`${HEAD} text-right`}>{words.stands}</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map((one) => (
          <tr key={one.metric} className="border-t border-line">
            <th scope="row" className="py-1.5 text-left font-normal">{words.metrics[one.metric] ?? one.metric}</th>
            <td className="figures py-1.5 text-right">{changeOf(one)}</td>
            <td className="py-1.5 text-right">
              <Badge tone={one.alarm ? 'bad' : 'neutral'}>{one.alarm ? words.alarm : words.holds}</Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function changeOf({ effect: { value, low, high } }: Metric): string {
  if (value === null || low === null || high === null) return words.notKnown
  const text = (one: number) => percent(one, 1, { signed: true })
  return `${text(value)} (${text(low)} to ${text(high)})`
}
