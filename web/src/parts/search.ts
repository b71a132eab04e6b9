/** Reads a page's state from its address; what does not fit is left out, so that an old link still opens the page. */

type Raw = Record<string, unknown>

export function text(raw: Raw, name: string): string | undefined {
  const value = raw[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function oneOf<Choice extends string>(raw: Raw, name: string, choices: readonly Choice[]): Choice | undefined {
  return choices.find((choice) => choice === raw[name])
}

export function integer(raw: Raw, name: string, low: number, high: number): number | undefined {
  const value = Number(raw[name])
  return raw[name] !== undefined && Number.isInteger(value) && value >= low && value <= high ? value : undefined
}

export function flag(raw: Raw, name: string): true | undefined {
  return raw[name] === true || raw[name] === 'true' ? true : undefined
}
