/** Exact arithmetic on the decimal strings of the API, in millionths held by BigInt. For sums and order; never a float. */

const PLACES = 6
const ONE = 10n ** BigInt(PLACES)

export type Fixed = bigint

/** Read a decimal string; digits beyond a millionth are cut off. */
export function fixed(text: string): Fixed {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (!match) throw new RangeError(`not a decimal: ${text}`)
  const [, sign, whole = '0', fraction = ''] = match
  const value = BigInt(whole) * ONE + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0'))
  return sign === '-' ? -value : value
}

/** Write it as a decimal string again. */
export function decimal(value: Fixed): string {
  const positive = value < 0n ? -value : value
  const fraction = (positive % ONE).toString().padStart(PLACES, '0').replace(/0+$/, '')
  const text = `${positive / ONE}${fraction ? `.${fraction}` : ''}`
  return value < 0n ? `-${text}` : text
}

export function times(a: Fixed, b: Fixed): Fixed {
  return (a * b) / ONE
}

export function size(value: Fixed): Fixed {
  return value < 0n ? -value : value
}
