import { money } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import type { Gain as GainFigures } from './stake'
import { words } from './words'

type GainProps = { gain: GainFigures | null; currency: string; interval?: boolean }

/** The expected change of profit a week: good or bad, with its sign. With `interval` it stands beside it. */
export function Gain({ gain, currency, interval }: GainProps) {
  if (!gain) return <Nothing says={words.notKnown} />
  const isLoss = gain.middle.startsWith('-')
  const text = (amount: string) => money(amount, currency, { whole: true, signed: true })
  return (
    <span className="figures whitespace-nowrap">
      <span className={isLoss ? 'text-bad' : 'text-good'}>
        <span aria-hidden className="text-[0.75em]">{isLoss ? '▼' : '▲'}</span> {text(gain.middle)}
      </span>
      {interval && (
        <span>
          {' '}
          ({text(gain.low)} to {text(gain.high)})
        </span>
      )}
    </span>
  )
}
