import { Download } from 'lucide-react'
import type { ReactNode } from 'react'

import { Button } from '../../parts/Button'
import { counted, date, number } from '../../parts/format'
import type { Import, RejectGroup } from './queries'
import { type Reading, repairOf } from './repairs'
import { fieldName, words } from './words'

type RepairProps = { reading: Reading; onRepair: (reading: Reading) => void }
type FindingsProps = { one: Import; repair?: RepairProps; onRow: (row: number) => void }

/** Rejects by what would repair them, then what was filled in or set aside, then notes. */
export function Findings({ one, repair, onRow }: FindingsProps) {
  const { report, counts } = one
  const notes = [...report.notes, ...derivedNotes(one)]
  return (
    <div className="mt-4 flex flex-col gap-4 text-13">
      {counts.rejected > 0 ? (
        <section>
          <div className="mb-1 flex items-center justify-between gap-2">
            <h3 className="font-semibold">{words.repairs}</h3>
            <Rejects one={one} />
          </div>
          <ul>
            {report.reject_groups.map((group) => (
              <Group key={`${group.column} ${group.rule} ${group.expected}`} group={group} read={counts.read} repair={repair} onRow={onRow} />
            ))}
          </ul>
        </section>
      ) : (
        <p className="text-muted">{words.noRejects}</p>
      )}
      {report.handled.length > 0 && (
        <Listed title={words.handled}>
          {report.handled.map((each) => (
            <li key={`${each.field} ${each.strategy} ${each.reason}`} className="flex gap-3 py-1">
              <span className="figures w-20 shrink-0 text-muted">{each.rows === null ? words.everyRow : number(each.rows)}</span>
              <span>
                <span className="font-medium">{fieldName(each.field)}</span>{' '}
                <span className="text-muted">
                  {each.strategy === 'set_aside' ? 'left out' : 'filled in'}: {each.reason}
                </span>{' '}
                {each.example_row !== null && <RowLink row={each.example_row} onRow={onRow} />}
              </span>
            </li>
          ))}
        </Listed>
      )}
      {notes.length > 0 && (
        <Listed title={words.notes}>
          {notes.map((note) => (
            <li key={note} className="py-0.5 text-muted">
              {note}
            </li>
          ))}
        </Listed>
      )}
    </div>
  )
}

function Listed({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <ul>{children}</ul>
    </section>
  )
}

/** The file of rejected rows, each with what was wrong: corrected, it can be imported again. */
function Rejects({ one }: { one: Import }) {
  return (
    <a
      href={`/api/v1/imports/${one.id}/rejects`}
      download
      className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-6 border border-line px-2 text-12 font-medium whitespace-nowrap hover:bg-hover"
    >
      <Download size={13} aria-hidden />
      {counted(one.counts.rejected, 'reject')} (CSV)
    </a>
  )
}

type GroupProps = { group: RejectGroup; read: number; repair?: RepairProps; onRow: (row: number) => void }

function Group({ group, read, repair, onRow }: GroupProps) {
  const found = repair ? repairOf(group, repair.reading, read) : null
  return (
    <li className="flex items-start gap-3 border-t border-line py-2">
      <span className="figures w-20 shrink-0 font-medium">{counted(group.rows, 'row')}</span>
      <div className="min-w-0 flex-1">
        <p>
          {group.example === null ? 'nothing' : <code className="rounded-[4px] bg-bad-soft px-1 break-all">{group.example}</code>}
          {group.column && (
            <>
              {' '}
              in <span className="font-medium">{group.column === group.field ? fieldName(group.field) : group.column}</span>
            </>
          )}
        </p>
        <p className="text-muted">
          expected {group.expected} · <RowLink row={group.first_row} onRow={onRow} />
        </p>
      </div>
      {found && repair && (
        <Button small onClick={() => repair.onRepair(found.apply(repair.reading))}>
          {found.label}
        </Button>
      )}
    </li>
  )
}

function RowLink({ row, onRow }: { row: number; onRow: (row: number) => void }) {
  return (
    <button type="button" onClick={() => onRow(row)} className="figures whitespace-nowrap text-accent hover:underline">
      row {number(row)}
    </button>
  )
}

function derivedNotes({ report }: Import): string[] {
  const notes: string[] = []
  const { first_day: first, last_day: last } = report
  if (first && last) notes.push(first === last ? `All of ${date(first, 'day')}.` : `From ${date(first, 'day')} to ${date(last, 'day')}.`)
  if (report.products > 0) notes.push(`About ${counted(report.products, 'product')}.`)
  if (report.created_products > 0) notes.push(`${counted(report.created_products, 'new product')} made from the rows.`)
  if (report.doubled_lines > 0) notes.push(`${counted(report.doubled_lines, 'line')} look like another of the same order; they were kept.`)
  if (report.unmatched > 0) notes.push(`${counted(report.unmatched, 'offer')} match no product of yours yet.`)
  return notes
}
