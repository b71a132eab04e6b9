/**
 * Figures as text. Money and quantities come as decimal strings and stay so: Intl formats them digit by digit, no float
 * in between. Share and change come as ppm (millionths) or as decimal strings.
 */
type Decimal = string | number
const formats = new Map<string, Intl.NumberFormat>()
const locale = navigator.language || 'en'

function format(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let found = formats.get(key)
  if (!found) {
    found = new Intl.NumberFormat(locale, options)
    formats.set(key, found)
  }
  return found
}

function put(number: Intl.NumberFormat, value: Decimal): string {
  // Intl takes decimal strings of any length (ECMA-402 2023); TypeScript's own library knows only numerals.
  return number.format(value as Intl.StringNumericLiteral)
}

/** 1234.5 EUR -> €1,234.50. `whole` leaves the cents off, for sums. */
export function money(value: Decimal, currency: string, { whole = false, signed = false } = {}): string {
  const sign = signed ? 'exceptZero' : 'auto'
  const digits = whole ? { maximumFractionDigits: 0 } : {}
  const key = `money ${currency} ${whole} ${sign}`
  return put(format(key, { style: 'currency', currency, signDisplay: sign, ...digits }), value)
}

/** 1234.5 EUR -> 1,234.50, for the first of two amounts in one currency. */
export function amount(value: Decimal, currency: string): string {
  const digits = format(`money ${currency} false auto`, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  return put(format(`amount ${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }), value)
}

/** 1234.5 -> 1,234.5, at most `digits` behind the point. */
export function number(value: Decimal, digits = 0, { signed = false } = {}): string {
  const signDisplay = signed ? 'exceptZero' : 'auto'
  return put(format(`number ${digits} ${signed}`, { maximumFractionDigits: digits, signDisplay }), value)
}

/** 1234567 -> 1.2M, for axes. */
export function short(value: number, currency?: string): string {
  const style = currency ? ({ style: 'currency', currency } as const) : {}
  return format(`short ${currency}`, { notation: 'compact', maximumFractionDigits: 1, ...style }).format(value)
}

/** A share of one -> 32.1 %. */
export function percent(share: number, digits = 1, { signed = false } = {}): string {
  const signDisplay = signed ? 'exceptZero' : 'auto'
  const options = { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay } as const
  return format(`percent ${digits} ${signed}`, options).format(share)
}

/** Millionths -> percent. */
export function ppm(value: number, digits = 1, options: { signed?: boolean } = {}): string {
  return percent(value / 1_000_000, digits, options)
}

/** 1 row, 2 rows. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

const dates = new Map<string, Intl.DateTimeFormat>()
const DATE_STYLES = {
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  shortDay: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  full: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/** A moment or a day as text. A bare day (`2026-11-21`) is that day everywhere. */
export function date(value: string | number | Date, style: keyof typeof DATE_STYLES = 'full'): string {
  const isBareDay = typeof value === 'string' && value.length === 10
  const key = `${style} ${isBareDay}`
  let found = dates.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...DATE_STYLES[style], ...(isBareDay ? { timeZone: 'UTC' } : {}) })
    dates.set(key, found)
  }
  return found.format(new Date(value))
}

const UNITS: readonly [unit: string, seconds: number][] = [['d', 86_400], ['h', 3_600], ['min', 60]]

/** How long ago, in one unit: `4 h`. */
export function age(value: string | Date, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - new Date(value).getTime()) / 1_000)
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${number(Math.floor(seconds / size))} ${unit}`
  }
  return 'now'
}
