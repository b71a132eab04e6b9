import { between } from './between'

type IntervalProps = { low: string; middle: string; high: string; text: (value: string) => string; label: string }

/** Percent of the width: room for the labels at both ends, and below what they would lie on each other. */
const EDGE = 8
const NARROW = 30

/** An estimate with its interval and the line of zero, never a point alone. Values are decimal strings. */
export function Interval({ low, middle, high, text, label }: IntervalProps) {
  const [least, most] = [Math.min(0, Number(low)), Math.max(0, Number(high))]
  const air = (most - least || 1) * 0.04
  const x = between([least - air, most + air], [EDGE, 100 - EDGE])
  const isNarrow = x(Number(high)) - x(Number(low)) < NARROW
  const [from, at, to, zero] = [x(Number(low)), x(Number(middle)), x(Number(high)), x(0)]
  return (
    <div role="img" aria-label={`${label}: ${text(middle)}, between ${text(low)} and ${text(high)}`} className="figures text-12">
      <div className="relative h-5">
        <span className="absolute top-[9px] h-0.5 w-full bg-line" />
        <span className="absolute top-0 h-5 border-l border-dashed border-line-strong" style={{ left: `${zero}%` }} />
        <span className="absolute top-[6px] h-2 rounded-full bg-accent opacity-30" style={{ left: `${from}%`, width: `${to - from}%` }} />
        <span className="absolute top-[4px] size-3 -translate-x-1/2 rounded-full border-2 border-surface bg-accent" style={{ left: `${at}%` }} />
      </div>
      <div aria-hidden className="relative h-4 whitespace-nowrap text-muted">
        <span className="absolute" style={isNarrow ? { right: `${102 - at}%`, paddingRight: '2.2em' } : { left: `${from}%`, transform: 'translateX(-50%)' }}>
          {text(low)}
        </span>
        <span className="absolute -translate-x-1/2 font-semibold text-text" style={{ left: `${at}%` }}>
          {text(middle)}
        </span>
        <span className="absolute" style={isNarrow ? { left: `${at + 2}%`, paddingLeft: '2.2em' } : { left: `${to}%`, transform: 'translateX(-50%)' }}>
          {text(high)}
        </span>
      </div>
    </div>
  )
}
