/** The parts of a policy that are lists: ladders of steps, price endings by currency, hours of quiet. Pure. */
import { decimal, fixed } from '../../parts/decimal'
import { type Rules, Unreadable } from './rules'

export type Step = { days: string; percent: string }
/**
 * Prices end in `ends`, with blanks between, of every `every`: .99 of every 1, 9.99 of every 10, 0 of every 0.05. `own` are
 * none of PATTERNS, or about to be.
 */
export type Ending = { currency: string; every: string; ends: string; own: boolean }
export type Quiet = { weekdays: readonly number[]; since: string; until: string }
export type Rows = {
  stock_age_steps: readonly Step[]
  cover_steps: readonly Step[]
  endings: readonly Ending[]
  blackouts: readonly Quiet[]
}

const LADDERS = ['stock_age_steps', 'cover_steps'] as const
const PPM_A_PERCENT = 10_000

type StepJson = { at_least: number; change_ppm: number }
type EndingJson = { modulus: string; endings: string[] }
type QuietJson = { weekdays: number[]; since: string; until: string }

/** The lists as their rows show them. */
export function rowsOf(rules: Rules): Rows {
  const steps = (name: string) =>
    ((rules.rule?.[name] ?? []) as StepJson[]).map((one): Step => ({ days: String(one.at_least), percent: String(one.change_ppm / PPM_A_PERCENT) }))
  const endings = Object.entries((rules.guardrails?.endings ?? {}) as Record<string, EndingJson>)
  const blackouts = (rules.governance?.blackouts ?? []) as QuietJson[]
  return {
    stock_age_steps: steps('stock_age_steps'),
    cover_steps: steps('cover_steps'),
    endings: endings.map(([currency, one]) => {
      const pattern = { every: plain(one.modulus), ends: one.endings.map(plain).join(' ') }
      return { currency, ...pattern, own: patternOf(pattern) < 0 }
    }),
    blackouts: blackouts.map((one) => ({ weekdays: one.weekdays.toSorted((a, b) => a - b), since: one.since.slice(0, 5), until: one.until.slice(0, 5) })),
  }
}

/** The rules with what the rows say. Steps are put in order. Throws what cannot be read, by list and row. */
export function withRows(rules: Rules, rows: Rows): Rules {
  const ladders = Object.fromEntries(LADDERS.map((name) => [name, rows[name].map((one, at) => step(name, one, at)).toSorted((a, b) => a.at_least - b.at_least)]))
  const taken = new Set<string>()
  const endings = Object.fromEntries(
    rows.endings.map((one, at) => {
      const currency = one.currency.trim().toUpperCase()
      if (!/^[A-Z]{3}$/.test(currency)) throw new Unreadable(`endings.${at}`, 'A currency has three letters.')
      if (taken.has(currency)) throw new Unreadable(`endings.${at}`, `${currency} is there already: put all its endings into one row.`)
      taken.add(currency)
      return [currency, { modulus: amount(one.every, `endings.${at}`), endings: one.ends.split(/\s+/).filter(Boolean).map((end) => amount(end, `endings.${at}`)) }]
    }),
  )
  return {
    ...rules,
    rule: { ...rules.rule, ...ladders },
    guardrails: { ...rules.guardrails, endings },
    governance: { ...rules.governance, blackouts: rows.blackouts.map(quiet) },
  }
}

function step(name: string, { days, percent }: Step, at: number): StepJson {
  if (!/^\d{1,6}$/.test(days.trim())) throw new Unreadable(`${name}.${at}`, 'Days are a whole number.')
  try {
    return { at_least: Number(days), change_ppm: Number(fixed(percent.trim().replace(',', '.')) / 100n) }
  } catch {
    throw new Unreadable(`${name}.${at}`, 'The change is a number of percent; below zero is a discount.')
  }
}

function amount(text: string, field: string): string {
  try {
    return decimal(fixed(text.trim().replace(',', '.').replace(/^\./, '0.')))
  } catch {
    throw new Unreadable(field, 'Endings are amounts: 0.99, or more of them with blanks between.')
  }
}

function plain(value: string): string {
  return decimal(fixed(String(value)))
}

function quiet({ weekdays, since, until }: Quiet, at: number): QuietJson {
  if (weekdays.length === 0) throw new Unreadable(`blackouts.${at}`, 'Choose at least one day.')
  if (since === '' || until === '') throw new Unreadable(`blackouts.${at}`, 'Both hours are needed.')
  return { weekdays: [...weekdays], since: `${since}:00`, until: `${until}:00` }
}

export type Pattern = { label: string; every: string; ends: string }

/** Endings that shops use, to choose from. */
export const PATTERNS: readonly Pattern[] = [
  { label: '.99', every: '1', ends: '0.99' },
  { label: '.95', every: '1', ends: '0.95' },
  { label: '.90', every: '1', ends: '0.9' },
  { label: '.95 or .99', every: '1', ends: '0.95 0.99' },
  { label: '.49 or .99', every: '1', ends: '0.49 0.99' },
  { label: '9.99', every: '10', ends: '9.99' },
  { label: 'whole amounts', every: '1', ends: '0' },
  { label: 'steps of 0.05', every: '0.05', ends: '0' },
  { label: '80 or 98 in 100', every: '100', ends: '80 98' },
]

/** The place of the pattern that a row is, -1 for one of its own. */
export function patternOf(row: Pick<Ending, 'every' | 'ends'>): number {
  return PATTERNS.findIndex((one) => one.every === row.every && one.ends === row.ends)
}

/** What a row of quiet hours comes to, for the eye: past midnight, all day, or nothing to add. */
export function reach({ since, until }: Quiet): 'all_day' | 'overnight' | null {
  if (since === '' || until === '') return null
  if (since === until) return since === '00:00' ? 'all_day' : 'overnight'
  return until < since && until !== '00:00' ? 'overnight' : null
}
