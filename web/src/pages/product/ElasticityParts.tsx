import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { counted, number, percent } from '../../parts/format'
import { Interval } from '../../parts/Interval'
import { type PriceResponse, size } from './response'
import { words } from './words'

const say = words.elasticity
const two = (value: string) => number(value, 2)

/** Why no price should be chosen by this response, and what would tell more. */
export function RefusalNote({ response: { refusals, trial } }: { response: PriceResponse }) {
  return (
    <section aria-label={say.refused} className="flex items-start gap-2 rounded-8 bg-warn-soft px-4 py-2.5 text-13">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <div className="min-w-0">
        <p className="font-medium">{say.refused}</p>
        <ul>
          {refusals.map((refusal) => (
            <li key={refusal.code}>{refusal.sentence}</li>
          ))}
        </ul>
        {trial && (
          <p className="mt-1.5">
            <span className="font-medium">{say.trial}</span> {say.trialSteps(percent(trial.step, 0), trial.weeks)} {trial.enough ? say.trialEnough(number(trial.elasticity_sd_after, 2)) : say.trialShort(number(trial.elasticity_sd_after, 2))}
          </p>
        )}
      </div>
    </section>
  )
}

export function Effect({ response: { elasticity, refused } }: { response: PriceResponse }) {
  const { value, low_95: low, high_95: high } = elasticity
  return (
    <>
      <Interval label={say.title} low={String(low)} middle={String(value)} high={String(high)} text={two} />
      <p className="mt-2 text-13">{value < 0 ? say.fewer(size(value)) : say.more(size(value))}</p>
      <p className="text-12 text-muted">{low < 0 && high > 0 ? say.eitherWay : say.between(...ordered(low, high))}</p>
      {refused && <p className="mt-1 text-12 text-muted">{say.mostlyBorrowed}</p>}
    </>
  )
}

function ordered(low: number, high: number): [string, string] {
  const [least, most] = [Math.abs(low), Math.abs(high)].toSorted((a, b) => a - b)
  return [number(least ?? 0, 2), number(most ?? 0, 2)]
}

const PARTS = [
  ['own', 'bg-accent'],
  ['category', 'bg-accent opacity-55'],
  ['shop', 'bg-line-strong opacity-60'],
] as const

/** Whose sales the elasticity comes from, as parts of one bar. */
export function Source({ response: { source } }: { response: PriceResponse }) {
  return (
    <>
      <div aria-hidden className="mb-2.5 flex h-2 gap-px overflow-hidden rounded-full bg-hover">
        {PARTS.map(([name, look]) => (
          <span key={name} className={look} style={{ width: `${source[name] * 100}%` }} />
        ))}
      </div>
      <dl className="flex flex-col gap-1.5 text-13">
        {PARTS.map(([name, look]) => (
          <div key={name} title={say.sources[name].about} className="flex items-center gap-2">
            <span aria-hidden className={`size-2 rounded-full ${look}`} />
            <dt className="text-muted">{say.sources[name].name}</dt>
            <dd className="figures ml-auto">{percent(source[name], 0)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

export function Rivals({ rivals }: { rivals: NonNullable<PriceResponse['rivals']> }) {
  return (
    <>
      <Interval label={say.cross} low={String(rivals.low_95)} middle={String(rivals.value)} high={String(rivals.high_95)} text={two} />
      <p className="mt-2 text-13">{rivals.value < 0 ? say.crossFewer(size(rivals.value)) : say.crossMore(size(rivals.value))}</p>
      <p className="mt-1 text-12 text-muted">
        {say.from(counted(rivals.rivals, 'rival'))} {say.follow(percent(rivals.follow, 0))}
      </p>
    </>
  )
}

/** What the history allows; the doubt about who follows whom stands in words. */
export function Diagnosis({ response: { diagnosis: found, first_day: first } }: { response: PriceResponse }) {
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-13">
        <Line name={say.changes} about={say.changesAbout}>{number(found.price_changes)}</Line>
        <Line name={say.variation} about={say.variationAbout}>± {percent(found.price_variation)}</Line>
        <Line name={say.sold}>{number(found.units)}</Line>
        <Line name={say.days} about={say.daysAbout(first)}>{number(found.days)}</Line>
        <Line name={say.out} about={say.outAbout}>{percent(found.stock_out_share, 0)}</Line>
      </dl>
      {found.prices_follow_demand && (
        <p className="mt-3 flex items-start gap-2 text-12">
          <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0 text-warn" />
          {say.follows}
        </p>
      )}
    </>
  )
}

function Line({ name, about, children }: { name: string; about?: string; children: ReactNode }) {
  return (
    <>
      <dt title={about} className="text-muted">{name}</dt>
      <dd title={about} className="figures text-right">{children}</dd>
    </>
  )
}
