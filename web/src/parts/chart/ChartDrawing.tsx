import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, curveLinear, curveStepAfter, line } from 'd3-shape'
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'

import { ChartTip } from './ChartTip'
import type { ChartProps } from './Chart'
import { type BandPoint, nearest, type Point, thinned } from './scales'
import { type Band, COLOURS, type Foot, type Guide, type Marker, type Series } from './series'

type DrawingProps = Pick<ChartProps, 'label' | 'series' | 'value' | 'tick' | 'along'> & {
  bands: readonly Band[]
  markers: readonly Marker[]
  feet: readonly Foot[]
  guides: readonly Guide[]
  x: (x: number) => string
  xTick: (x: number) => string
  xs: readonly number[]
  ys: readonly [number, number]
  height: number
}

const EDGE = { top: 8, right: 12, bottom: 22, left: 52 }

/** The picture itself: a slider to the keyboard, so that every point can be read without a mouse. */
export function ChartDrawing(props: DrawingProps) {
  const { series, bands, markers, feet, xs, ys, height } = props
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const [at, setAt] = useState<number | null>(null)
  const isTime = props.along === undefined

  const scales = useMemo(() => {
    const ends = [xs[0] ?? 0, xs.at(-1) ?? 1]
    const places = [EDGE.left, Math.max(EDGE.left + 1, width - EDGE.right)]
    const x = isTime ? scaleUtc(ends, places) : scaleLinear(ends, places)
    const y = scaleLinear([...ys], [height - EDGE.bottom, EDGE.top]).nice(5)
    return { x, y }
  }, [xs, ys, width, height, isTime])
  const paths = useMemo(() => drawn(series, bands, scales, width), [series, bands, scales, width])

  const move = (index: number) => setAt(Math.max(0, Math.min(xs.length - 1, index)))
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const left = event.currentTarget.getBoundingClientRect().left
    move(nearest(xs, +scales.x.invert(event.clientX - left)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const now = at ?? xs.length - 1
    const stride = Math.max(1, Math.round(xs.length / 10))
    const steps: Record<string, number> = {
      ArrowRight: now + 1, ArrowUp: now + 1, ArrowLeft: now - 1, ArrowDown: now - 1,
      PageUp: now + stride, PageDown: now - stride, Home: 0, End: xs.length - 1,
    }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    move(next)
  }
  const read = at === null ? null : readings(series, bands, xs[at] ?? 0, props.value)
  const says = at === null ? '' : `${props.x(xs[at] ?? 0)}: ${(read ?? []).map((one) => `${one.name} ${one.text}`).join(', ')}`
  const tick = props.tick ?? props.value
  return (
    <div
      ref={frame}
      role="slider"
      tabIndex={0}
      aria-label={`${props.label}, read by arrow keys`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, xs.length - 1)}
      aria-valuenow={at ?? Math.max(0, xs.length - 1)}
      aria-valuetext={says || 'Press an arrow key to read values'}
      onKeyDown={onKeyDown}
      onPointerMove={point}
      onPointerLeave={() => setAt(null)}
      onBlur={() => setAt(null)}
      className="relative min-w-0 touch-pan-y rounded-6"
      style={{ height }}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden className="block overflow-visible text-11">
          {scales.y.ticks(5).map((y) => (
            <g key={y} transform={`translate(0 ${scales.y(y)})`}>
              <line x1={EDGE.left} x2={width - EDGE.right} stroke="var(--line)" />
              <text x={EDGE.left - 8} dy="0.32em" textAnchor="end" fill="var(--muted)" className="figures">
                {tick(y)}
              </text>
            </g>
          ))}
          {scales.x.ticks(Math.max(2, Math.floor(width / 110))).map((x) => (
            <text key={+x} x={scales.x(x)} y={height - 4} textAnchor="middle" fill="var(--muted)">
              {props.xTick(+x)}
            </text>
          ))}
          {paths.bands.map((one) => (
            <path key={one.id} d={one.d} fill={one.colour} opacity={0.16} />
          ))}
          {paths.lines.map((one) => (
            <path key={one.id} d={one.d} fill="none" stroke={one.colour} strokeWidth={one.width} strokeDasharray={one.dash} strokeLinejoin="round" strokeLinecap="round" />
          ))}
          {feet.map((foot) => (
            <rect key={`${foot.from} ${foot.label}`} x={scales.x(foot.from)} width={Math.max(1, scales.x(foot.to) - scales.x(foot.from))} y={height - EDGE.bottom - 3} height={3} fill={COLOURS[foot.colour]} opacity={0.7}>
              <title>{foot.label}</title>
            </rect>
          ))}
          <Guides guides={props.guides} x={scales.x} height={height} width={width} />
          {markers.map((marker) => (
            <path key={`${marker.x} ${marker.label}`} transform={`translate(${scales.x(marker.x)} ${height - EDGE.bottom})`} d="M0 -7 L4 0 L-4 0 Z" fill="var(--text)">
              <title>{marker.label}</title>
            </path>
          ))}
          {at !== null && <line x1={scales.x(xs[at] ?? 0)} x2={scales.x(xs[at] ?? 0)} y1={EDGE.top} y2={height - EDGE.bottom} stroke="var(--line-strong)" />}
          {at !== null &&
            (read ?? []).map((one) => one.y !== null && (
              <circle key={one.name} cx={scales.x(xs[at] ?? 0)} cy={scales.y(one.y)} r={3.5} fill={one.colour} stroke="var(--surface)" strokeWidth={1.5} />
            ))}
        </svg>
      )}
      {at !== null && read && <ChartTip title={props.x(xs[at] ?? 0)} readings={read} left={scales.x(xs[at] ?? 0)} width={width} />}
    </div>
  )
}

const GUIDE_ROOM = 130
const GUIDE_ROW = 14

/** Lines with words, each on a row of its own so that two near each other do not overlap, and left of it at the right end. */
function Guides({ guides, x, height, width }: { guides: readonly Guide[]; x: Scales['x']; height: number; width: number }) {
  return guides.map((guide, row) => {
    const isLeft = x(guide.x) > width - EDGE.right - GUIDE_ROOM
    return (
      <g key={guide.label} transform={`translate(${x(guide.x)} 0)`}>
        <line y1={EDGE.top} y2={height - EDGE.bottom} stroke="var(--line-strong)" strokeDasharray="3 3" />
        <text x={isLeft ? -6 : 6} y={EDGE.top + 9 + row * GUIDE_ROW} textAnchor={isLeft ? 'end' : 'start'} fill="var(--text)">
          {guide.label}
        </text>
      </g>
    )
  })
}

type Scales = { x: (x: number) => number; y: (y: number) => number }

function drawn(series: readonly Series[], bands: readonly Band[], { x, y }: Scales, width: number) {
  const buckets = Math.max(50, Math.round(width))
  const lines = series.map((one) => {
    const draw = line<Point>()
      .defined((point) => point.y !== null)
      .x((point) => x(point.x))
      .y((point) => y(point.y ?? 0))
      .curve(one.steps ? curveStepAfter : curveLinear)
    const ours = one.colour === 'ours'
    return { id: one.id, d: draw(thinned(one.points, buckets)) ?? '', colour: COLOURS[one.colour], width: ours ? 2.25 : 1.5, dash: one.dashed ? '5 4' : undefined }
  })
  const surfaces = bands.map((one) => {
    const draw = area<BandPoint>()
      .defined((point) => point.low !== null && point.high !== null)
      .x((point) => x(point.x))
      .y0((point) => y(point.low ?? 0))
      .y1((point) => y(point.high ?? 0))
    return { id: one.id, d: draw(one.points) ?? '', colour: COLOURS[one.colour] }
  })
  return { lines: lines.toReversed(), bands: surfaces } // ours comes first in the list and lies on top
}

export type Reading = { name: string; text: string; y: number | null; colour: string }

function readings(series: readonly Series[], bands: readonly Band[], x: number, value: (y: number) => string): Reading[] {
  const found: Reading[] = []
  for (const one of series) {
    const point = one.steps ? one.points.findLast((each) => each.x <= x) : one.points.find((each) => each.x === x)
    if (point && point.y !== null) found.push({ name: one.name, text: value(point.y), y: point.y, colour: COLOURS[one.colour] })
  }
  for (const one of bands) {
    const point = one.points.find((each) => each.x === x)
    if (point && point.low !== null && point.high !== null) {
      found.push({ name: one.name, text: `${value(point.low)} to ${value(point.high)}`, y: null, colour: COLOURS[one.colour] })
    }
  }
  return found
}

function useWidth(frame: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const { current } = frame
    if (!current) return undefined
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(current)
    return () => observer.disconnect()
  }, [frame])
  return width
}
