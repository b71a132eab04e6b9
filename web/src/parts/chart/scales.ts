/** What a chart needs to reckon: thinning, gaps, bounds. Pure. */
import { extent } from 'd3-array'

export type Point = { x: number; y: number | null }
export type BandPoint = { x: number; low: number | null; high: number | null }

/**
 * Keep at most the lowest and highest point for each of `buckets` columns, and every gap: thousands of points look the
 * same as all of them.
 */
export function thinned(points: readonly Point[], buckets: number): readonly Point[] {
  if (points.length <= buckets * 2) return points
  const size = points.length / buckets
  const kept: Point[] = []
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const part = points.slice(Math.floor(bucket * size), Math.floor((bucket + 1) * size))
    kept.push(...extremes(part))
  }
  return kept
}

function extremes(part: readonly Point[]): Point[] {
  let low: Point | undefined
  let high: Point | undefined
  let gap: Point | undefined
  for (const point of part) {
    if (point.y === null) gap = point
    else {
      if (low === undefined || point.y < (low.y ?? 0)) low = point
      if (high === undefined || point.y > (high.y ?? 0)) high = point
    }
  }
  const kept = new Set([low, high, gap].filter((point) => point !== undefined))
  return [...kept].toSorted((a, b) => a.x - b.x)
}

/** Least and greatest of all values, never an empty span. */
export function bounds(values: Iterable<number | null | undefined>): [number, number] {
  const [low, high] = extent([...values].filter((value) => value !== null && value !== undefined))
  if (low === undefined || high === undefined) return [0, 1]
  if (low === high) return [low - Math.abs(low || 1) * 0.1, high + Math.abs(high || 1) * 0.1]
  return [low, high]
}

/** Index of the point nearest to `x`; points are ordered by x. */
export function nearest(xs: readonly number[], x: number): number {
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((xs[middle] ?? 0) < x) low = middle
    else high = middle
  }
  return Math.abs((xs[low] ?? 0) - x) <= Math.abs((xs[high] ?? 0) - x) ? low : high
}
