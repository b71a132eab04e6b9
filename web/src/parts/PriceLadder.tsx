import { useEffect, useRef, useState } from 'react'

import { between } from './between'
import { money } from './format'
import { rowsFor, span } from './ladder'

/** Decimal strings throughout; only the place on the line is reckoned as a float. */
export type LadderProps = {
  currency: string
  current: string | null
  proposed: string
  floor?: { price: string; why: string } | null
  ceiling?: { price: string; why: string } | null
  /** What would be best without limits. */
  optimum?: string | null
  rivals: readonly { name: string; price: string }[]
}

type Mark = { id: string; name: string; price: string; kind: 'floor' | 'ceiling' | 'current' | 'proposed' | 'optimum' | 'rival' }

const LINE = 16
const CHARACTER = 6.5

/** All prices that matter on one line: limits, rivals, the old price, what would be best, and what is proposed. */
export function PriceLadder(props: LadderProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!frame.current) return undefined
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [])
  const marks = marksOf(props)
  const x = between(span(marks.map((mark) => Number(mark.price))), [0, Math.max(1, width)])
  const ours = marks.filter((mark) => mark.kind !== 'rival')
  const rivals = marks.filter((mark) => mark.kind === 'rival')
  const text = (mark: Mark) => `${mark.name} ${money(mark.price, props.currency)}`
  const place = (mark: Mark) => {
    const half = (text(mark).length * CHARACTER) / 2
    return Math.max(half, Math.min(width - half, x(Number(mark.price))))
  }
  const labels = (some: readonly Mark[]) => some.map((mark) => ({ id: mark.id, at: place(mark), width: text(mark).length * CHARACTER }))
  const above = rowsFor(labels(ours))
  const below = rowsFor(labels(rivals))
  const aboveRows = Math.max(1, ...[...above.values()].map((row) => row + 1))
  const belowRows = Math.max(0, ...[...below.values()].map((row) => row + 1))
  const axis = aboveRows * LINE + 12
  const height = axis + 14 + belowRows * LINE
  const says = marks.map(text).join(', ')
  return (
    <div ref={frame} role="img" aria-label={`Price ladder: ${says}`} style={{ height }} className="min-w-0">
      {width > 0 && (
        <svg width={width} height={height} aria-hidden className="figures block text-11">
          <line x1={0} x2={width} y1={axis} y2={axis} stroke="var(--line)" strokeWidth={1.5} />
          <AllowedSpan marks={marks} x={x} axis={axis} width={width} />
          {[...ours, ...rivals].map((mark) => {
            const isAbove = mark.kind !== 'rival'
            const row = (isAbove ? above : below).get(mark.id) ?? 0
            const y = isAbove ? axis - 14 - row * LINE : axis + 22 + row * LINE
            const at = x(Number(mark.price))
            const end = isAbove ? y + 3 : y - 10
            return (
              <g key={mark.id}>
                <line x1={at} x2={place(mark)} y1={isAbove ? axis - 6 : axis + 6} y2={end} stroke="var(--line)" />
                <Shape kind={mark.kind} at={at} axis={axis} />
                <text x={place(mark)} y={y} textAnchor="middle" fill={mark.kind === 'proposed' ? 'var(--text)' : 'var(--muted)'} fontWeight={mark.kind === 'proposed' ? 600 : 400}>
                  {text(mark)}
                </text>
              </g>
            )
          })}
        </svg>
      )}
    </div>
  )
}

function marksOf(props: LadderProps): Mark[] {
  const marks: (Mark | null)[] = [
    props.floor ? { id: 'floor', name: 'Floor', price: props.floor.price, kind: 'floor' } : null,
    props.ceiling ? { id: 'ceiling', name: 'Ceiling', price: props.ceiling.price, kind: 'ceiling' } : null,
    props.current ? { id: 'current', name: 'Now', price: props.current, kind: 'current' } : null,
    props.optimum ? { id: 'optimum', name: 'Best without limits', price: props.optimum, kind: 'optimum' } : null,
    { id: 'proposed', name: 'New', price: props.proposed, kind: 'proposed' },
    ...props.rivals.map((rival, place): Mark => ({ id: `rival-${place}`, name: rival.name, price: rival.price, kind: 'rival' })),
  ]
  return marks.filter((mark) => mark !== null)
}

type SpanProps = { marks: readonly Mark[]; x: (price: number) => number; axis: number; width: number }

/** The stretch between floor and ceiling, where a price may lie. */
function AllowedSpan({ marks, x, axis, width }: SpanProps) {
  const at = (kind: Mark['kind'], otherwise: number) => {
    const mark = marks.find((one) => one.kind === kind)
    return mark ? x(Number(mark.price)) : otherwise
  }
  const from = at('floor', 0)
  const to = at('ceiling', width)
  if (to <= from) return null
  return <rect x={from} width={to - from} y={axis - 2.5} height={5} rx={2.5} fill="var(--accent)" opacity={0.22} />
}

function Shape({ kind, at, axis }: { kind: Mark['kind']; at: number; axis: number }) {
  switch (kind) {
    case 'floor':
    case 'ceiling':
      return <rect x={at - 1} y={axis - 8} width={2} height={16} fill="var(--text)" />
    case 'current':
      return <circle cx={at} cy={axis} r={4.5} fill="var(--surface)" stroke="var(--text)" strokeWidth={1.75} />
    case 'proposed':
      return <circle cx={at} cy={axis} r={6} fill="var(--accent)" stroke="var(--surface)" strokeWidth={2} />
    case 'optimum':
      return <path d={`M${at} ${axis - 6} l6 6 l-6 6 l-6 -6 Z`} fill="var(--surface)" stroke="var(--accent)" strokeWidth={1.75} />
    case 'rival':
      return <rect x={at - 1.25} y={axis - 6} width={2.5} height={12} rx={1} fill="var(--series-1)" />
  }
}
