import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { number } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { ProgressBar } from './ProgressBar'
import { shareRead } from './progress'
import { type Import, rowsKey } from './queries'
import { words } from './words'

/** The imports that are being stored now. */
export function UnderWay({ imports }: { imports: readonly Import[] }) {
  const client = useQueryClient()
  return (
    <Panel title={words.underWay}>
      <ul className="flex flex-col gap-3">
        {imports.map((one) => (
          <li key={one.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 text-13">
            <Link to="/data/imports/$importId" params={{ importId: one.id }} search={{}} className="truncate font-medium hover:underline">
              {one.file_name}
            </Link>
            <span className="figures text-muted">
              {stageName(one)} · {number(one.counts.read)} rows
            </span>
            <div className="col-span-2">
              <ProgressBar label={one.file_name} share={shareRead(one.counts.read, client.getQueryData<number>(rowsKey(one.id)))} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** What an import is doing, in words. */
export function stageName({ stage, state }: Pick<Import, 'stage' | 'state'>): string {
  return words.stages[stage ?? ''] ?? words.states[state]
}
