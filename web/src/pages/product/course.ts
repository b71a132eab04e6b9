/** Prices over time as the chart draws them. Floats only give places on the picture. Pure. */
import { type Foot, type Marker, type Point, rivalColour, type Series } from '../../parts/chart'
import type { Day, PriceSeries } from './queries'

type OwnPoint = PriceSeries['own'][number]
type Rival = PriceSeries['rivals'][number]

/** Our price as steps that last until the end of the picture. */
export function ownPoints(own: readonly OwnPoint[], since: number, until: number): Point[] {
  const points = own.map((point) => ({ x: Math.max(since, Date.parse(point.at)), y: Number(point.price) }))
  const last = points.at(-1)
  return last ? [...points, { x: until, y: last.y }] : points
}

/** A rival's offer as steps, with gaps while it was not in stock. */
export function rivalPoints(rival: Rival, since: number, until: number): Point[] {
  const points: Point[] = []
  let before: number | null = null
  for (const point of rival.points) {
    const x = Math.max(since, Date.parse(point.at))
    const y = point.available ? Number(point.price) : null
    if (y === null && before !== null) points.push({ x, y: before })
    points.push({ x, y })
    before = y
  }
  if (before !== null) points.push({ x: until, y: before })
  return points
}

/** The stretches in which a rival's offer was a promotion. */
export function promotions(rival: Rival, since: number, until: number): { from: number; to: number }[] {
  return rival.points.flatMap((point, index) => {
    if (!point.promotion || !point.available) return []
    const next = rival.points[index + 1]
    return [{ from: Math.max(since, Date.parse(point.at)), to: next ? Date.parse(next.at) : until }]
  })
}

/** Moments at which our price became another one, with what it became. */
export function changes(own: readonly OwnPoint[], since: number, write: (price: string) => string): Marker[] {
  return own.flatMap((point, index) => {
    const before = own[index - 1]
    const x = Date.parse(point.at)
    return before && before.price !== point.price && x > since ? [{ x, label: write(point.price) }] : []
  })
}

export type Course = { series: Series[]; markers: Marker[]; feet: Foot[]; otherCurrency: string[] }

type Shown = {
  /** Gives each rival its colour. */
  order: readonly string[]
  /** When each offer was seen last, by its id; one that is not seen any more has no price today. */
  seen: ReadonlyMap<string, string>
  names: { ours: string; promotion: string }
  write: (price: string) => string
}

/** Everything that the picture of prices shows. */
export function courseOf(prices: PriceSeries, { order, seen, names, write }: Shown): Course {
  const [since, until] = [Math.min(firstAt(prices), Date.parse(prices.until)), Date.parse(prices.until)]
  const endOf = (rival: Rival) => lastMoment(rival, seen, until)
  const rivals = prices.rivals.filter((rival) => rival.currency === prices.currency && rival.points.length > 0 && endOf(rival) > since)
  const ours: Series[] = prices.own.length > 0 ? [{ id: 'ours', name: names.ours, colour: 'ours', steps: true, points: ownPoints(prices.own, since, until) }] : []
  const theirs = rivals.map((rival): Series => ({
    id: rival.offer_id,
    name: rivalName(rival, rivals),
    colour: colourOf(rival, order),
    steps: true,
    points: rivalPoints(rival, since, endOf(rival)),
  }))
  return {
    series: [...ours, ...theirs],
    markers: changes(prices.own, since, write),
    feet: rivals.flatMap((rival) =>
      promotions(rival, since, endOf(rival)).map((stretch) => ({ ...stretch, colour: colourOf(rival, order), label: `${rival.competitor}: ${names.promotion}` })),
    ),
    otherCurrency: prices.rivals.filter((rival) => rival.currency !== prices.currency).map((rival) => `${rival.competitor} (${rival.currency})`),
  }
}

const UNSEEN_MS = 48 * 3_600_000

/** Until when the newest price of an offer holds: two days from when it was seen last. */
function lastMoment(rival: Rival, seen: ReadonlyMap<string, string>, until: number): number {
  const at = seen.get(rival.offer_id)
  return at === undefined ? until : Math.min(until, Date.parse(at) + UNSEEN_MS)
}

/** The beginning of what is known, not of what was asked for: all of time would be an empty picture. */
function firstAt(prices: PriceSeries): number {
  const starts = [prices.own[0]?.at, ...prices.rivals.map((rival) => rival.points[0]?.at)].filter((at) => at !== undefined)
  return Math.max(Date.parse(prices.since), Math.min(...starts.map((at) => Date.parse(at))))
}

function colourOf(rival: Rival, order: readonly string[]) {
  const place = order.indexOf(rival.competitor_id)
  return rivalColour(place < 0 ? order.length : place)
}

function rivalName(rival: Rival, all: readonly Rival[]): string {
  const isAlone = all.filter((one) => one.competitor_id === rival.competitor_id).length < 2
  const pack = rival.pack_quantity > 1 ? `, ${rival.pack_quantity} pieces` : ''
  const condition = rival.condition === 'new' || rival.condition === 'unknown' ? '' : `, ${rival.condition}`
  return isAlone ? rival.competitor : `${rival.competitor}${condition}${pack}`
}

/** A column of days as a line. */
export function dayPoints(days: readonly Day[], value: (day: Day) => string | number | null): Point[] {
  return days.map((day) => {
    const y = value(day)
    return { x: Date.parse(day.day), y: y === null ? null : Number(y) }
  })
}
