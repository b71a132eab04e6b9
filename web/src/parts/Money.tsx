import { money, number, percent } from './format'

type MoneyProps = { value: string | null | undefined; currency: string; whole?: boolean; signed?: boolean }

/** An amount, from the decimal string that the API sends. Nothing there is a dash. */
export function Money({ value, currency, whole, signed }: MoneyProps) {
  if (value === null || value === undefined) return <Nothing />
  return <span className="figures whitespace-nowrap">{money(value, currency, { whole, signed })}</span>
}

/** A count or quantity. */
export function Quantity({ value, digits = 0 }: { value: string | number | null | undefined; digits?: number }) {
  if (value === null || value === undefined) return <Nothing />
  return <span className="figures">{number(value, digits)}</span>
}

/** What is not there: a dash to the eye, a word to the ear. */
export function Nothing({ says = 'none' }: { says?: string }) {
  return (
    <span className="text-muted">
      <span aria-hidden>–</span>
      <span className="sr-only">{says}</span>
    </span>
  )
}

/** What a change means for profit. A price that goes up or down means neither: `neutral`. */
export type Meaning = 'good' | 'bad' | 'neutral'
const TONES: Record<Meaning, string> = { good: 'text-good', bad: 'text-bad', neutral: 'text-muted' }

/** A change with its sign and a shape, so that colour is never all there is. `share` is of one. */
export function Change({ share, text, meaning }: { share: number; text?: string; meaning: Meaning }) {
  const shape = share > 0 ? '▲' : share < 0 ? '▼' : '■'
  return (
    <span className={`figures shrink-0 whitespace-nowrap ${TONES[meaning]}`}>
      <span aria-hidden className="mr-1 text-[0.75em]">{shape}</span>
      {text ?? percent(share, 1, { signed: true })}
    </span>
  )
}
