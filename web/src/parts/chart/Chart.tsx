import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'

import { Button } from '../Button'
import { date } from '../format'
import { ChartDrawing } from './ChartDrawing'
import { bounds } from './scales'
import { type Band, COLOURS, type Foot, type Guide, type Marker, type Series } from './series'

// Few look at the figures; the table is a quarter of what a page of charts would load.
const ChartTable = lazy(() => import('./ChartTable').then((module) => ({ default: module.ChartTable })))

const LONG_MS = 300 * 86_400_000

export type ChartProps = {
  /** What is drawn, in a few words. */
  label: string
  series: readonly Series[]
  bands?: readonly Band[]
  markers?: readonly Marker[]
  feet?: readonly Foot[]
  guides?: readonly Guide[]
  /** How a value reads in full. */
  value: (y: number) => string
  /** How a value reads at the axis; `value` unless given. */
  tick?: (y: number) => string
  x?: (x: number) => string
  /** What x is where it is no time: a price. */
  along?: string
  height?: number
  /** Begins the y axis at zero: for amounts, not for prices. */
  fromZero?: boolean
  title?: ReactNode
  actions?: ReactNode
}

/** Lines with bands and markers over time, or along something else. Arrow keys read it point by point; a switch shows the same as a table. */
export function Chart(props: ChartProps) {
  const { series, bands = [], title, actions } = props
  const [asTable, setAsTable] = useState(false)
  const xs = useMemo(
    () => [...new Set([...series, ...bands].flatMap((one) => one.points.map((point) => point.x)))].toSorted((a, b) => a - b),
    [series, bands],
  )
  // Beyond ten months a day and a month name two days: then the year belongs to them.
  const isLong = props.along === undefined && (xs.at(-1) ?? 0) - (xs[0] ?? 0) > LONG_MS
  const x = props.x ?? ((at: number) => date(at, isLong ? 'day' : 'shortDay'))
  const xTick = props.x ?? ((at: number) => date(at, isLong ? 'month' : 'shortDay'))
  const ys = useMemo(() => {
    const values = series.flatMap((one) => one.points.map((point) => point.y))
    const edges = (bands ?? []).flatMap((one) => one.points.flatMap((point) => [point.low, point.high]))
    if (props.fromZero && [...values, ...edges].every((one) => !one)) return [0, 1] as const
    return bounds([...values, ...edges, ...(props.fromZero ? [0] : [])])
  }, [series, bands, props.fromZero])
  return (
    <figure aria-label={props.label} className="flex min-w-0 flex-col gap-1">
      <figcaption className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1">
        {title && <span className="text-13 font-semibold">{title}</span>}
        <Legend series={series} bands={bands} />
        <span className="ml-auto flex items-center gap-1">
          {actions}
          <Button kind="quiet" small aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </Button>
        </span>
      </figcaption>
      {asTable ? (
        <Suspense fallback={<div style={{ height: props.height ?? 260 }} />}>
          <ChartTable {...props} x={x} xs={xs} bands={bands} />
        </Suspense>
      ) : (
        <ChartDrawing {...props} x={x} xTick={xTick} xs={xs} ys={ys} bands={bands} markers={props.markers ?? []} feet={props.feet ?? []} guides={props.guides ?? []} height={props.height ?? 260} />
      )}
    </figure>
  )
}

function Legend({ series, bands }: { series: readonly Series[]; bands: readonly Band[] }) {
  if (series.length + bands.length < 2) return null
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-12 text-muted">
      {series.map((one) => (
        <li key={one.id} className="flex items-center gap-1.5">
          <svg width="16" height="8" aria-hidden>
            <line x1="0" x2="16" y1="4" y2="4" stroke={COLOURS[one.colour]} strokeWidth={one.colour === 'ours' ? 2.25 : 1.75} strokeDasharray={one.dashed ? '4 3' : undefined} />
          </svg>
          {one.name}
        </li>
      ))}
      {bands.map((one) => (
        <li key={one.id} className="flex items-center gap-1.5">
          <span aria-hidden className={`h-2.5 w-4 rounded-[3px] ${one.isOuter ? 'opacity-16' : 'opacity-30'}`} style={{ background: COLOURS[one.colour] }} />
          {one.name}
        </li>
      ))}
    </ul>
  )
}
