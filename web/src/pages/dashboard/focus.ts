/** Which figures come first: those that the person named, in that order, then the rest as they are. Pure. */

type Named = { name: string; title: string }

/** Put what was named first, by name or title; case, blanks and hyphens do not matter. */
export function byFocus<Item extends Named>(figures: readonly Item[], wanted: readonly string[]): readonly Item[] {
  const order = wanted.map(plain)
  const place = ({ name, title }: Item) => {
    const found = order.findIndex((one) => one === plain(name) || one === plain(title))
    return found < 0 ? order.length : found
  }
  return figures.toSorted((a, b) => place(a) - place(b))
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
}
