import { number } from '../../parts/format'
import { type Outcome, refusals } from './edit'
import type { Product } from './rows'
import { words } from './words'

const SHOWN = 3
const ORDER = ['changed', 'unchanged', 'refused', 'changed_since', 'gone'] as const

/** What a change would do: how many it would change, and who refuses it and why. */
export function Forecast({ outcome, products }: { outcome: Outcome; products: readonly Product[] }) {
  const names = new Map(products.map((product) => [product.id, product.sku]))
  const counts = ORDER.filter((name) => (outcome.counts[name] ?? 0) > 0)
  return (
    <>
      {!outcome.counts.changed && <p className="mb-1 font-medium">{words.nothingChanges}</p>}
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        {counts.map((name) => (
          <span key={name} className={name === 'changed' ? 'font-medium' : name === 'unchanged' ? 'text-muted' : 'text-warn'}>
            <span className="figures">{number(outcome.counts[name] ?? 0)}</span> {words.results[name]}
          </span>
        ))}
      </p>
      <ul className="mt-1 text-muted">
        {refusals(outcome).map(({ reason, ids }) => (
          <li key={reason}>
            {reason}: {ids.slice(0, SHOWN).map((id) => names.get(id) ?? id).join(', ')}
            {ids.length > SHOWN && ` and ${number(ids.length - SHOWN)} more`}
          </li>
        ))}
      </ul>
    </>
  )
}
