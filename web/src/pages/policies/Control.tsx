import { Field } from '../../parts/Field'
import type { PolicyField } from './fields'
import { words } from './words'

type ControlProps = { field: PolicyField; value: string; error?: string; disabled: boolean; onChange: (value: string) => void }

/** One setting, with the control and the unit of its kind. */
export function Control({ field, value, error, disabled, onChange }: ControlProps) {
  if (field.kind === 'flag') {
    return (
      <label className="flex min-h-8 items-center gap-2 self-end text-13">
        <input type="checkbox" className="size-4 shrink-0 accent-accent" disabled={disabled} checked={value === 'yes'} onChange={(event) => onChange(event.target.checked ? 'yes' : '')} />
        {field.label}
      </label>
    )
  }
  if (field.kind === 'set') return <SetControl choices={field.choices} label={field.label} value={value} error={error} disabled={disabled} onChange={onChange} />
  return (
    <Field label={field.label} hint={field.hint} error={error}>
      {(props) =>
        field.kind === 'choice' ? (
          <select {...props} className="control w-full" disabled={disabled} value={value} onChange={(event) => onChange(event.target.value)}>
            {field.choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        ) : (
          <span className="relative block">
            <input
              {...props}
              className="control figures w-full"
              type={field.kind === 'day' ? 'date' : 'text'}
              inputMode={field.kind === 'day' ? undefined : 'decimal'}
              disabled={disabled}
              placeholder={'optional' in field && field.optional ? words.unlimited : undefined}
              value={value}
              onChange={(event) => onChange(event.target.value)}
            />
            <Unit field={field} />
          </span>
        )
      }
    </Field>
  )
}

type SetControlProps = Omit<ControlProps, 'field'> & { label: string; choices: readonly { value: string; label: string }[] }

/** Any of a few; the value is their names with blanks between. */
function SetControl({ label, choices, value, error, disabled, onChange }: SetControlProps) {
  const chosen = value.split(' ').filter(Boolean)
  const toggle = (one: string) => onChange((chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]).toSorted().join(' '))
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-13 font-medium">{label}</legend>
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        {choices.map((choice) => (
          <label key={choice.value} className="flex items-center gap-2 text-13">
            <input type="checkbox" className="size-4 accent-accent" disabled={disabled} checked={chosen.includes(choice.value)} onChange={() => toggle(choice.value)} />
            {choice.label}
          </label>
        ))}
      </div>
      {error && <p className="text-12 text-bad">{error}</p>}
    </fieldset>
  )
}

function Unit({ field }: { field: PolicyField }) {
  const unit = field.kind === 'percent' ? '%' : field.kind === 'whole' ? field.unit : undefined
  if (!unit) return null
  return <span className="pointer-events-none absolute top-[7px] right-2.5 text-12 text-muted">{unit}</span>
}
