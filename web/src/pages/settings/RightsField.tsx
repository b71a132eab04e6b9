export type Right = { name: string; meaning?: string }
type RightsFieldProps = {
  legend: string
  hint?: string
  error?: string
  rights: readonly Right[]
  chosen: ReadonlySet<string>
  onChange: (chosen: Set<string>) => void
  disabled?: boolean
}

/** Rights with what they mean, to tick. */
export function RightsField({ legend, hint, error, rights, chosen, onChange, disabled }: RightsFieldProps) {
  const toggle = (name: string) => {
    const next = new Set(chosen)
    if (!next.delete(name)) next.add(name)
    onChange(next)
  }
  return (
    <fieldset disabled={disabled} className="min-w-0">
      <legend className="mb-1 text-13 font-medium">
        {legend} {hint && <span className="font-normal text-muted">{hint}</span>}
      </legend>
      {error && <p className="text-12 text-bad">{error}</p>}
      <div className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {rights.map(({ name, meaning }) => (
          <label key={name} className="flex items-start gap-2 text-13">
            <input type="checkbox" className="mt-0.5" checked={chosen.has(name)} onChange={() => toggle(name)} />
            <span className="min-w-0">
              <code className="text-12">{name}</code>
              {meaning && <span className="block text-12 text-muted">{meaning}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
