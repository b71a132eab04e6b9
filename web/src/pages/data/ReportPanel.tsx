import { date } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { Counts } from './Counts'
import { Findings } from './Findings'
import type { Import } from './queries'
import { words } from './words'

/** What an import stored, or had stored before it was taken back. */
export function ReportPanel({ one, onRow }: { one: Import; onRow: (row: number) => void }) {
  const when = one.undone_at ?? one.finished_at
  return (
    <Panel title={words.states[one.state]} aside={when && date(when)} className="max-w-[920px]">
      <Counts counts={one.counts} />
      <Findings one={one} onRow={onRow} />
    </Panel>
  )
}
