import { useMemo } from 'react'

import { type Column, DataTable } from '../table'
import type { ChartProps } from './Chart'
import type { Band } from './series'

type Line = { x: number; values: Readonly<Record<string, string>> }
type ChartTableProps = Pick<ChartProps, 'label' | 'series' | 'value' | 'height' | 'along'> & { x: (x: number) => string; xs: readonly number[]; bands: readonly Band[] }

/** What the chart shows, as figures. */
export function ChartTable({ label, along, series, bands, value, x, xs, height = 260 }: ChartTableProps) {
  const rows = useMemo(() => {
    const byX = new Map<number, Record<string, string>>(xs.map((at) => [at, {}]))
    const put = (at: number, id: string, text: string) => {
      const found = byX.get(at)
      if (found) found[id] = text
    }
    for (const one of series) for (const point of one.points) if (point.y !== null) put(point.x, one.id, value(point.y))
    for (const one of bands) {
      for (const point of one.points) {
        if (point.low !== null && point.high !== null) put(point.x, one.id, `${value(point.low)} to ${value(point.high)}`)
      }
    }
    const lines = [...byX].map(([at, values]): Line => ({ x: at, values }))
    return along === undefined ? lines.toReversed() : lines // of days the newest come first
  }, [series, bands, value, xs, along])
  const columns = useMemo<Column<Line>[]>(
    () => [
      { id: 'x', header: along ?? 'When', cell: (row) => x(row.x), width: 120 },
      ...[...series, ...bands].map((one): Column<Line> => ({ id: one.id, header: one.name, align: 'right', cell: (row) => row.values[one.id] ?? '–' })),
    ],
    [series, bands, x, along],
  )
  return (
    <div style={{ height }}>
      <DataTable label={label} rows={rows} columns={columns} rowId={(row) => String(row.x)} keys={false} />
    </div>
  )
}
