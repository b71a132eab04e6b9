import { Field } from '../../parts/Field'
import { words } from './words'

type StrategyChoiceProps = { value: string; options: readonly string[]; error?: string; disabled: boolean; onChange: (strategy: string) => void }

/** Which way prices are found, each with what it does; its settings follow below. */
export function StrategyChoice({ value, options, error, disabled, onChange }: StrategyChoiceProps) {
  return (
    <fieldset aria-describedby={error ? 'strategy-error' : undefined}>
      <legend className="mb-2 text-13 font-semibold">{words.strategy}</legend>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(250px,1fr))] gap-2">
        {options.map((one) => {
          const known = words.strategies[one]
          return (
            <label
              key={one}
              className={`grid grid-cols-[16px_minmax(0,1fr)] content-start items-start gap-x-2.5 rounded-6 border px-3 py-2 text-13 ${disabled ? '' : 'cursor-pointer hover:bg-hover'} ${one === value ? 'border-accent bg-accent-soft' : 'border-line'}`}
            >
              <input type="radio" name="strategy" aria-labelledby={`strategy-${one}`} aria-describedby={`strategy-${one}-about`} className="mt-0.5 size-4 accent-accent" disabled={disabled} checked={one === value} onChange={() => onChange(one)} />
              <span id={`strategy-${one}`} className="font-medium">{known?.name ?? one}</span>
              <span id={`strategy-${one}-about`} className="col-start-2 text-12 text-muted">{known?.about ?? words.otherStrategy}</span>
            </label>
          )
        })}
      </div>
      {error && (
        <p id="strategy-error" role="alert" className="mt-1 text-12 text-bad">
          {error}
        </p>
      )}
    </fieldset>
  )
}

type ModeChoiceProps = { value: string; disabled: boolean; onChange: (mode: string) => void }

/** Whether its prices are proposed, or only written down beside what happens. */
export function ModeChoice({ value, disabled, onChange }: ModeChoiceProps) {
  return (
    <Field label={words.mode} hint={words.modeHint[value]} className="max-w-[48ch]">
      {(props) => (
        <select {...props} className="control w-full" disabled={disabled} value={value} onChange={(event) => onChange(event.target.value)}>
          {Object.entries(words.modes).map(([mode, label]) => (
            <option key={mode} value={mode}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
