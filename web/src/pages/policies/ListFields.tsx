import { useShop } from '../../api/me'
import type { FieldErrors } from '../../parts/Form'
import { RowList } from './RowList'
import { PATTERNS, patternOf, type Quiet, reach, type Rows, type Step } from './rows'
import { words } from './words'

type ListProps = { rows: Rows; errors: FieldErrors; disabled: boolean; onChange: (part: Partial<Rows>) => void }
type LadderProps = ListProps & { name: 'stock_age_steps' | 'cover_steps' }

/** Steps of days and the change of price from each on. */
export function Ladder({ name, rows, errors, disabled, onChange }: LadderProps) {
  const { label, hint, from } = words.ladders[name]
  return (
    <RowList<Step>
      name={name}
      label={label}
      hint={hint}
      rows={rows[name]}
      errors={errors}
      disabled={disabled}
      add={words.addStep}
      added={() => ({ days: '', percent: '' })}
      onChange={(steps) => onChange({ [name]: steps })}
    >
      {(step, change) => (
        <>
          {from}
          <Small label={words.days} unit={words.daysUnit} value={step.days} onChange={(days) => change({ days })} />
          {words.changeBy}
          <Small label={words.stepChange} unit="%" value={step.percent} onChange={(percent) => change({ percent })} />
        </>
      )}
    </RowList>
  )
}

const OWN = '-1'

/** How prices of each currency end: one of the usual ways, or one of the shop's own. */
export function Endings({ rows, errors, disabled, onChange }: ListProps) {
  const shop = useShop()?.settings.currency ?? ''
  const [usual] = PATTERNS
  return (
    <RowList
      name="endings"
      label={words.endings}
      hint={words.endingsHint}
      rows={rows.endings}
      errors={errors}
      disabled={disabled}
      add={words.addEnding}
      added={() => ({ currency: rows.endings.some((one) => one.currency === shop) ? '' : shop, every: usual?.every ?? '', ends: usual?.ends ?? '', own: false })}
      onChange={(endings) => onChange({ endings })}
    >
      {(row, change) => {
        return (
          <>
            <input aria-label={words.currency} className="control w-16 uppercase" maxLength={3} value={row.currency} onChange={(event) => change({ currency: event.target.value.toUpperCase() })} />
            {words.endIn}
            <select
              aria-label={words.endings}
              className="control w-40"
              value={row.own ? OWN : patternOf(row)}
              onChange={(event) => {
                const pattern = PATTERNS[Number(event.target.value)]
                change(pattern ? { every: pattern.every, ends: pattern.ends, own: false } : { own: true })
              }}
            >
              {PATTERNS.map((one, place) => (
                <option key={one.label} value={place}>
                  {one.label}
                </option>
              ))}
              <option value={OWN}>{words.ownEnding}</option>
            </select>
            {row.own && (
              <>
                <input aria-label={words.ends} placeholder="0.95 0.99" className="control figures w-28" value={row.ends} onChange={(event) => change({ ends: event.target.value })} />
                {words.ofEvery}
                <input aria-label={words.every} className="control figures w-16" inputMode="decimal" value={row.every} onChange={(event) => change({ every: event.target.value })} />
              </>
            )}
          </>
        )
      }}
    </RowList>
  )
}

/** Hours of the week in which no price goes live. */
export function QuietHours({ rows, errors, disabled, onChange }: ListProps) {
  return (
    <RowList<Quiet>
      name="blackouts"
      label={words.quiet}
      hint={words.quietHint}
      rows={rows.blackouts}
      errors={errors}
      disabled={disabled}
      add={words.addQuiet}
      added={() => ({ weekdays: [5, 6], since: '00:00', until: '00:00' })}
      onChange={(blackouts) => onChange({ blackouts })}
    >
      {(row, change) => {
        const far = reach(row)
        return (
          <>
            <span className="inline-flex overflow-hidden rounded-6 border border-line-strong">
              {words.weekdays.map(([short, long], day) => (
                <Day key={long} short={short} long={long} on={row.weekdays.includes(day)} disabled={disabled} onChange={() => change({ weekdays: toggled(row.weekdays, day) })} />
              ))}
            </span>
            {words.since}
            <input type="time" aria-label={words.sinceLabel} className="control" value={row.since} onChange={(event) => change({ since: event.target.value })} />
            {words.until}
            <input type="time" aria-label={words.untilLabel} className="control" value={row.until} onChange={(event) => change({ until: event.target.value })} />
            {far && <span className="text-12">{words.reaches[far]}</span>}
          </>
        )
      }}
    </RowList>
  )
}

function toggled(days: readonly number[], day: number): readonly number[] {
  return days.includes(day) ? days.filter((one) => one !== day) : [...days, day].toSorted((a, b) => a - b)
}

type DayProps = { short: string; long: string; on: boolean; disabled: boolean; onChange: () => void }

function Day({ short, long, on, disabled, onChange }: DayProps) {
  return (
    <button
      type="button"
      aria-label={long}
      aria-pressed={on}
      disabled={disabled}
      onClick={onChange}
      className="h-[30px] w-7 border-l border-line text-12 first:border-l-0 hover:bg-hover focus-visible:outline-offset-[-2px] aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
    >
      {short}
    </button>
  )
}

function Small({ label, unit, value, onChange }: { label: string; unit: string; value: string; onChange: (value: string) => void }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <input aria-label={label} className="control figures w-20 text-right" inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} />
      {unit}
    </span>
  )
}
