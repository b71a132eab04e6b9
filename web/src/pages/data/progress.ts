/** How far an import is. Pure. */
import type { Import } from './queries'

export type Step = 1 | 2 | 3 | 4

/** Which of the four steps (file, columns, check, import) an import stands at. */
export function stepOf({ state }: Pick<Import, 'state'>): Step {
  if (state === 'received' || state === 'failed') return 2
  return state === 'checked' ? 3 : 4
}

/** The share of rows read, where it is known how many there are. The rest of the work is storing, so 1 is not the end. */
export function shareRead(read: number, all: number | undefined): number | null {
  if (!all) return null
  return Math.min(1, read / all)
}

/** Seconds left while rows are read at the pace so far; null while nobody can know. */
export function secondsLeft(read: number, all: number | undefined, seconds: number): number | null {
  if (!all || read <= 0 || read >= all || seconds < 3) return null
  return Math.ceil(((all - read) * seconds) / read)
}

/** 2097152 -> 2.1 MB. */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let size = bytes
  let unit = 0
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000
    unit += 1
  }
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0 }).format(size)} ${units[unit]}`
}
