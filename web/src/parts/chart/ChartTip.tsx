import type { Reading } from './ChartDrawing'

/** The values under the pointer. */
export function ChartTip({ title, readings, left, width }: { title: string; readings: readonly Reading[]; left: number; width: number }) {
  const isRight = left > width * 0.6
  return (
    <div
      className="pointer-events-none absolute top-2 z-10 min-w-36 rounded-6 border border-line bg-raised px-2.5 py-1.5 text-12 shadow-float"
      style={isRight ? { right: width - left + 12 } : { left: left + 12 }}
    >
      <p className="font-medium">{title}</p>
      {readings.map((one) => (
        <p key={one.name} className="flex items-center gap-2">
          <span aria-hidden className="size-2 rounded-full" style={{ background: one.colour }} />
          <span className="text-muted">{one.name}</span>
          <span className="figures ml-auto pl-3">{one.text}</span>
        </p>
      ))}
    </div>
  )
}
