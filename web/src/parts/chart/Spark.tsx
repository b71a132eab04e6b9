import { line } from 'd3-shape'

import { between } from '../between'
import { bounds } from './scales'

type SparkProps = { values: readonly (number | null)[]; width?: number; height?: number }

/** The course of a figure, without axes; the figure beside it says the rest, and has the room that it needs first. */
export function Spark({ values, width = 84, height = 22 }: SparkProps) {
  const x = between([0, Math.max(1, values.length - 1)], [1, width - 1])
  const y = between(bounds(values), [height - 2, 2])
  const draw = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden className="min-w-0">
      <path d={draw(values) ?? ''} fill="none" stroke="var(--accent)" strokeWidth={1.5} strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
