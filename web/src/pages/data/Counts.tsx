import { number } from '../../parts/format'
import type { Import } from './queries'

const ORDER = ['new', 'changed', 'unchanged', 'superseded', 'rejected'] as const
const NAMES = { new: 'new', changed: 'changed', unchanged: 'unchanged', superseded: 'superseded', rejected: 'rejected' }
const ABOUT = { superseded: 'Another row of the file says the same thing, or something newer.' } as const

/** What became, or would become, of the rows. Parts that are zero are left out but for new and rejected. */
export function Counts({ counts }: { counts: Import['counts'] }) {
  const shown = ORDER.filter((name) => counts[name] > 0 || name === 'new' || name === 'rejected')
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1">
      {shown.map((name) => (
        <div key={name} title={name === 'superseded' ? ABOUT.superseded : undefined} className="flex flex-col-reverse">
          <dt className="text-12 text-muted">{NAMES[name]}</dt>
          <dd className={`figures text-20 font-semibold ${name === 'rejected' && counts.rejected > 0 ? 'text-bad' : ''}`}>{number(counts[name])}</dd>
        </div>
      ))}
      <div className="ml-auto flex flex-col-reverse text-right">
        <dt className="text-12 text-muted">rows read</dt>
        <dd className="figures text-20 text-muted">{number(counts.read)}</dd>
      </div>
    </dl>
  )
}
