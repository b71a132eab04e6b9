import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'

import { Button } from '../../parts/Button'
import { Dialog } from '../../parts/Dialog'
import { number } from '../../parts/format'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { rowQuery } from './queries'
import { TracedSteps } from './TracedSteps'
import { words } from './words'

type RowDialogProps = { importId: string; row: number | undefined; onRow: (row: number | undefined) => void }

/** A row of the file as it came, and what became of each of its fields. */
export function RowDialog({ importId, row, onRow }: RowDialogProps) {
  const traced = useQuery({ ...rowQuery(importId, row ?? 0), enabled: row !== undefined })
  if (row === undefined) return null
  return (
    <Dialog open onClose={() => onRow(undefined)} title={`${words.rowOf} ${number(row)}`} wide>
      {traced.isPending && <Skeleton lines={6} />}
      {traced.error && <Problem error={traced.error} />}
      {traced.data && <TracedSteps traced={traced.data} />}
      <div className="mt-4 flex justify-between">
        <Button small disabled={row <= 1} icon={<ChevronLeft size={14} aria-hidden />} onClick={() => onRow(row - 1)}>
          Row {number(row - 1)}
        </Button>
        <Button small onClick={() => onRow(row + 1)}>
          Row {number(row + 1)} <ChevronRight size={14} aria-hidden />
        </Button>
      </div>
    </Dialog>
  )
}
