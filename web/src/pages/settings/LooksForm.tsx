import { keepPreferences } from '../../app/keptPreferences'
import { type Density, type Theme, usePreferences } from '../../app/preferences'
import { words as frame } from '../../app/words'
import { words } from './words'

/** Theme, height of rows, single-letter keys: each is in force and kept as soon as it is chosen. */
export function LooksForm() {
  const { theme, density, letterKeys } = usePreferences()
  return (
    <div className="flex flex-col gap-4">
      <Choice label={frame.theme} values={frame.themes} value={theme} onChange={(next) => keepPreferences({ theme: next as Theme })} />
      <Choice label={words.rowHeight} values={frame.densities} value={density} onChange={(next) => keepPreferences({ density: next as Density })} />
      <label className="flex items-center gap-2 text-13">
        <input type="checkbox" className="size-4 accent-accent" checked={letterKeys} onChange={(event) => keepPreferences({ letterKeys: event.target.checked })} />
        {words.letterKeys}
      </label>
    </div>
  )
}

type ChoiceProps = { label: string; values: Readonly<Record<string, string>>; value: string; onChange: (value: string) => void }

function Choice({ label, values, value, onChange }: ChoiceProps) {
  return (
    <fieldset>
      <legend className="mb-1 text-13 font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {Object.entries(values).map(([id, name]) => (
          <label key={id} className="flex min-h-7 items-center gap-2 text-13">
            <input type="radio" name={label} className="size-4 accent-accent" checked={id === value} onChange={() => onChange(id)} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
