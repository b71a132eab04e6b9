/** What was sold and what is expected, as the chart draws it. Pure. */
import type { Schemas } from '../../api/client'
import type { Band, Point, Series } from '../../parts/chart'
import { number } from '../../parts/format'
import { dayPoints } from './course'
import type { Day } from './queries'

export type Forecast = Schemas['ForecastAnswer']
export type Outlook = Forecast['totals'][number]
type Names = { sold: string; mean: string; expected: string; inside80: string; inside95: string }

const WEEK = 7

/** Units as text: a tenth matters while there are few. */
export function units(value: number | string): string {
  return number(value, Math.abs(Number(value)) < 10 ? 1 : 0)
}

/** The mean of each day with the six before it; no mean before there are seven days. */
export function weekMeans(points: readonly Point[]): Point[] {
  return points.map(({ x }, index) => {
    const week = points.slice(index - WEEK + 1, index + 1)
    if (index < WEEK - 1 || week.some((point) => point.y === null)) return { x, y: null }
    return { x, y: week.reduce((sum, point) => sum + (point.y ?? 0), 0) / WEEK }
  })
}

/** The picture: days sold (also those since the forecast was made), their mean, and the expected days in their bands. */
export function pictureOf(days: readonly Day[], forecast: Forecast, names: Names): { series: Series[]; bands: Band[] } {
  const sold = dayPoints(days, (day) => day.units_net)
  const ahead = forecast.days.map((day) => ({ ...day, x: Date.parse(day.day) }))
  return {
    series: [
      { id: 'mean', name: names.mean, colour: 'ours', points: weekMeans(sold) },
      { id: 'expected', name: names.expected, colour: 'ours', dashed: true, points: ahead.map(({ x, units }) => ({ x, y: units })) },
      { id: 'sold', name: names.sold, colour: 'rest', points: sold },
    ],
    bands: [
      { id: '95', name: names.inside95, colour: 'ours', isOuter: true, points: ahead.map((day) => ({ x: day.x, low: day.low_95, high: day.high_95 })) },
      { id: '80', name: names.inside80, colour: 'ours', points: ahead.map((day) => ({ x: day.x, low: day.low_80, high: day.high_80 })) },
    ],
  }
}

/** Whether it expects nothing at all and is sure of that to the unit: what a long silence leads to. */
export function isSilent(forecast: Forecast): boolean {
  return forecast.totals.every((total) => total.high_95 === 0)
}
