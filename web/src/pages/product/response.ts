/** How demand answers to the price, as charts draw it and sentences say it. Floats only give places on the picture. Pure. */
import type { Schemas } from '../../api/client'
import type { Band, Guide, Series } from '../../parts/chart'
import { fixed } from '../../parts/decimal'
import { number } from '../../parts/format'

export type PriceResponse = Schemas['PriceResponseAnswer']
export type CurvePoint = PriceResponse['curve'][number]
type Names = { units: string; inside80: string; profit: string }

/** The price of the curve that is expected to earn most; nothing without a cost. The lowest of several. */
export function mostProfitable(curve: readonly CurvePoint[]): CurvePoint | null {
  let best: { point: CurvePoint; profit: bigint } | null = null
  for (const point of curve) {
    if (point.profit === null) return null
    const profit = fixed(point.profit)
    if (best === null || profit > best.profit) best = { point, profit }
  }
  return best?.point ?? null
}

/** Whether a price lies at an end of the curve: beyond it more may be earned, but nothing is allowed or known. */
export function isAtEnd(curve: readonly CurvePoint[], point: CurvePoint): boolean {
  return point.price === curve[0]?.price || point.price === curve.at(-1)?.price
}

/** The point of the curve nearest to a price within its ends. */
export function pointAt(curve: readonly CurvePoint[], price: string | null): CurvePoint | null {
  const [first, last] = [curve[0], curve.at(-1)]
  if (price === null || !first || !last || Number(price) < Number(first.price) || Number(price) > Number(last.price)) return null
  return curve.reduce((near, point) => (Math.abs(Number(point.price) - Number(price)) < Math.abs(Number(near.price) - Number(price)) ? point : near))
}

/** What a week earns at a price, with the ends that its units have: each unit earns the same. */
export function profitBand(point: CurvePoint): { low: number; middle: number; high: number } | null {
  if (point.profit === null) return null
  const middle = Number(point.profit)
  if (point.units <= 0) return { low: middle, middle, high: middle }
  const ends = [(middle * point.low_80) / point.units, (middle * point.high_80) / point.units]
  return { low: Math.min(...ends), middle, high: Math.max(...ends) } // a price below cost loses more with more units
}

export function demandPicture(curve: readonly CurvePoint[], names: Names): { series: Series[]; bands: Band[] } {
  return {
    series: [{ id: 'units', name: names.units, colour: 'ours', points: curve.map((point) => ({ x: Number(point.price), y: point.units })) }],
    bands: [{ id: '80', name: names.inside80, colour: 'ours', points: curve.map((point) => ({ x: Number(point.price), low: point.low_80, high: point.high_80 })) }],
  }
}

/** Nothing without a cost. */
export function profitPicture(curve: readonly CurvePoint[], names: Names): { series: Series[]; bands: Band[] } | null {
  const points = curve.map((point) => ({ x: Number(point.price), ...profitBand(point) }))
  if (points.some((point) => point.middle === undefined)) return null
  return {
    series: [{ id: 'profit', name: names.profit, colour: 'ours', points: points.map(({ x, middle }) => ({ x, y: middle ?? null })) }],
    bands: [{ id: '80', name: names.inside80, colour: 'ours', points: points.map(({ x, low, high }) => ({ x, low: low ?? null, high: high ?? null })) }],
  }
}

type Marks = { ours: string | null; best: CurvePoint | null; curve: readonly CurvePoint[]; names: { ours: string; best: string; both: string } }

/** Where our price stands, and the one that earns most; one line where they are the same point of the curve. */
export function guidesOf({ ours, best, curve, names }: Marks): Guide[] {
  const here = pointAt(curve, ours)
  if (here && best && here.price === best.price) return [{ x: Number(ours), label: names.both }]
  return [...(here ? [{ x: Number(ours), label: names.ours }] : []), ...(best ? [{ x: Number(best.price), label: names.best }] : [])]
}

/** The size of an effect, without its sign, which the words say. */
export function size(value: number): string {
  return number(Math.abs(value), 2)
}
