import { Link } from '@tanstack/react-router'

import { useKeys } from '../../app/keys'
import { asProblem } from '../../api/problem'
import { Button } from '../../parts/Button'
import { counted } from '../../parts/format'
import { Panel, Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { Counts } from './Counts'
import { Findings } from './Findings'
import type { ImportActions } from './ImportWork'
import { stillMissing } from './mapping'
import type { Import, Preview } from './queries'
import { type Reading, storedRows } from './repairs'
import { words } from './words'

type CheckPanelProps = {
  one: Import
  preview: Preview
  reading: Reading
  /** Something was changed since the check. */
  outdated: boolean
  actions: ImportActions
  canRun: boolean
  onCheck: () => void
  onRepair: (reading: Reading) => void
  onRow: (row: number) => void
}

/** What an import would do, and the button that does it. */
export function CheckPanel(props: CheckPanelProps) {
  const { one, preview, reading, outdated, actions, canRun, onCheck } = props
  const isChecked = one.state === 'checked'
  const isBusy = actions.check.isPending
  const isComplete = stillMissing(preview.missing, reading.mapping).length === 0
  const rows = storedRows(one.counts)
  const canImport = canRun && isChecked && !outdated && !isBusy && rows > 0
  const run = () => actions.run.mutate()
  useKeys(words.steps[2], [
    { keys: 'c', label: words.check, run: onCheck, off: !canRun || !isComplete || isBusy },
    { keys: 'i', label: words.run, run, off: !canImport },
  ])
  const checkButton = (
    <Button kind={isChecked && !outdated ? 'plain' : 'primary'} keyName="C" busy={isBusy} disabled={!canRun || !isComplete} onClick={onCheck}>
      {isChecked ? words.checkAgain : words.check}
    </Button>
  )
  return (
    <Panel title={words.dryRun} flush>
      <div className="flex h-full flex-col">
        <div className="min-h-0 flex-1 overflow-auto px-4 py-3">
          {preview.same_as && (
            <p className="mb-3 rounded-6 bg-warn-soft px-3 py-2 text-13">
              {words.sameBefore}{' '}
              <Link to="/data/imports/$importId" params={{ importId: preview.same_as }} search={{}} className="text-accent hover:underline">
                {words.showIt}
              </Link>
            </p>
          )}
          {one.state === 'failed' && <Failure one={one} />}
          {actions.check.error && <Problem error={asProblem(actions.check.error)} />}
          {actions.run.error && <Problem error={asProblem(actions.run.error)} />}
          {isBusy ? (
            <div role="status">
              <p className="mb-2 text-13 text-muted">{words.checking}</p>
              <Skeleton lines={5} />
            </div>
          ) : isChecked ? (
            <div className={outdated ? 'opacity-55' : ''}>
              {outdated && <p className="mb-2 text-13 text-warn">{words.outdated}</p>}
              <Counts counts={one.counts} />
              <Findings one={one} repair={{ reading, onRepair: props.onRepair }} onRow={props.onRow} />
            </div>
          ) : (
            <p className="max-w-[52ch] text-13 text-muted">{words.checkAbout}</p>
          )}
        </div>
        <footer className="flex items-center justify-end gap-2 border-t border-line px-4 py-3">
          {checkButton}
          {isChecked && !outdated && (
            <Button kind="primary" keyName="I" disabled={!canImport} onClick={run}>
              {rows > 0 ? `${words.run} ${counted(rows, 'row')}` : words.nothingToImport}
            </Button>
          )}
        </footer>
      </div>
    </Panel>
  )
}

function Failure({ one }: { one: Import }) {
  const error = (one.error ?? {}) as { message?: string; action?: string | null }
  return (
    <div role="alert" className="mb-3 rounded-6 bg-bad-soft px-3 py-2 text-13">
      <p className="font-medium text-bad">{words.failed}</p>
      <p>{error.message}</p>
      {error.action && <p className="text-muted">{error.action}</p>}
    </div>
  )
}
