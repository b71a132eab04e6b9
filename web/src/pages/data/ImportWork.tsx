import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'

import { useMay } from '../../api/me'
import { Guarded } from '../../parts/Panel'
import { CheckPanel } from './CheckPanel'
import { ColumnsPanel } from './ColumnsPanel'
import { isSame, mappingOf } from './mapping'
import { type Import, isOpen, isUnderWay, previewQuery, rowsKey } from './queries'
import type { Reading } from './repairs'
import { ReportPanel } from './ReportPanel'
import { RunningPanel } from './RunningPanel'
import type { useImportActions } from './useImportActions'

export type ImportActions = ReturnType<typeof useImportActions>
type WorkProps = { one: Import; actions: ImportActions; onRow: (row: number) => void }

/** The columns beside what the check says of them, then the progress, then what was stored. */
export function ImportWork({ one, actions, onRow }: WorkProps) {
  const all = useQueryClient().getQueryData<number>(rowsKey(one.id))
  if (isUnderWay(one) || actions.run.isPending) return <RunningPanel one={one} all={all} />
  if (isOpen(one)) return <Guarded>{<Preparing one={one} actions={actions} onRow={onRow} />}</Guarded>
  return <ReportPanel one={one} onRow={onRow} />
}

function Preparing({ one, actions, onRow }: WorkProps) {
  const preview = useSuspenseQuery(previewQuery(one.id)).data
  const [changed, setChanged] = useState<Reading | null>(null)
  const [keepMapping, setKeepMapping] = useState(false)
  const mayWrite = useMay()('imports:write')
  const saved = useMemo(() => ({ mapping: mappingOf(preview), options: one.options }), [preview, one.options])
  const reading = changed ?? saved
  const isChanged = changed !== null && !(isSame(changed.mapping, saved.mapping) && JSON.stringify(changed.options) === JSON.stringify(saved.options))
  const check = (next: Reading | null = isChanged || keepMapping ? reading : null) =>
    actions.check.mutate({ reading: next, keepMapping }, { onSuccess: () => setChanged(null) })
  const repair = (next: Reading) => {
    setChanged(next)
    check(next)
  }
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(380px,5fr)] grid-rows-[minmax(0,1fr)] gap-4 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
      <ColumnsPanel
        preview={preview}
        reading={reading}
        onChange={setChanged}
        keepMapping={keepMapping}
        onKeep={setKeepMapping}
        canEdit={mayWrite && !actions.check.isPending}
      />
      <CheckPanel one={one} preview={preview} reading={reading} outdated={isChanged} actions={actions} canRun={mayWrite} onCheck={() => check()} onRepair={repair} onRow={onRow} />
    </div>
  )
}
