import { Check, CircleHelp } from 'lucide-react'

import { Button } from '../../parts/Button'
import { percent } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import { Panel } from '../../parts/Panel'
import { assign, type ColumnLine, confirm, lines, stillMissing } from './mapping'
import { MissingFields } from './MissingFields'
import { OptionsForm } from './OptionsForm'
import type { Preview } from './queries'
import type { Reading } from './repairs'
import { fieldName, words } from './words'

type ColumnsPanelProps = {
  preview: Preview
  reading: Reading
  onChange: (reading: Reading) => void
  keepMapping: boolean
  onKeep: (keep: boolean) => void
  canEdit: boolean
}

const HEAD = 'sticky top-0 z-10 h-8 border-b border-line bg-surface px-2 text-left text-12 font-medium text-muted first:pl-4 last:pr-4'
const CELL = 'border-b border-line px-2 py-1 first:pl-4 last:pr-4'

/** What each column of the file becomes. Only columns that are in doubt ask. */
export function ColumnsPanel({ preview, reading, onChange, keepMapping, onKeep, canEdit }: ColumnsPanelProps) {
  const { mapping, options } = reading
  const change = (next: Reading['mapping']) => onChange({ mapping: next, options })
  const all = lines(preview, mapping)
  const doubtful = all.filter((line) => line.doubtful).length
  const missing = stillMissing(preview.missing, mapping)
  const aside = doubtful > 0 ? `${doubtful} to confirm` : words.nothingToAsk
  return (
    <Panel title={words.steps[1]} aside={missing.length === 0 && aside} flush>
      <div className="flex h-full flex-col">
        {missing.length > 0 && (
          <MissingFields
            groups={missing}
            columns={preview.columns.map((column) => column.name)}
            mapping={mapping}
            onChange={change}
            canEdit={canEdit}
          />
        )}
        <div className="min-h-0 flex-1 overflow-auto">
          <table className="w-full table-fixed border-separate border-spacing-0 text-13">
            <thead>
              <tr>
                <th scope="col" className={`${HEAD} w-[24%]`}>{words.column}</th>
                <th scope="col" className={HEAD}>{words.sample}</th>
                <th scope="col" className={`${HEAD} w-[212px]`}>{words.becomes}</th>
                <th scope="col" className={`${HEAD} w-[148px]`}>{words.sure}</th>
              </tr>
            </thead>
            <tbody>
              {all.map((line) => (
                <Line
                  key={line.name}
                  line={line}
                  preview={preview}
                  canEdit={canEdit}
                  keepsRest={mapping.kind === 'products' && mapping.keep_attributes !== false}
                  onAssign={(field) => change(assign(mapping, line.name, field))}
                  onConfirm={() => change(line.fields.reduce(confirm, mapping))}
                />
              ))}
            </tbody>
          </table>
        </div>
        <OptionsForm
          options={options}
          onChange={(next) => onChange({ mapping, options: next })}
          keepMapping={keepMapping}
          onKeep={onKeep}
          canEdit={canEdit}
        />
      </div>
    </Panel>
  )
}

type LineProps = {
  line: ColumnLine
  preview: Preview
  canEdit: boolean
  keepsRest: boolean
  onAssign: (field: string | null) => void
  onConfirm: () => void
}

function Line({ line, preview, canEdit, keepsRest, onAssign, onConfirm }: LineProps) {
  const isUnused = line.fields.length === 0
  return (
    <tr className={line.doubtful ? 'bg-warn-soft' : ''}>
      <td className={CELL}>
        <div className="truncate font-medium" title={line.name}>{line.name}</div>
      </td>
      <td className={`${CELL} text-muted`}>
        <div className="truncate" title={line.samples.join('\n')}>
          {line.samples.slice(0, 3).join(' · ') || <Nothing says="empty" />}
        </div>
      </td>
      <td className={CELL}>
        <select
          aria-label={`${words.becomes}: ${line.name}`}
          disabled={!canEdit}
          value={line.plain ? line.fields[0] : isUnused ? '' : '*'}
          onChange={(event) => onAssign(event.target.value || null)}
          className={`control h-7 w-full ${line.doubtful ? 'border-warn' : 'border-line'} ${isUnused ? 'text-muted' : ''}`}
        >
          <option value="">{keepsRest ? words.asAttribute : words.unused}</option>
          {!line.plain && !isUnused && <option value="*">{line.fields.map(fieldName).join(', ')}</option>}
          {preview.fields.map((field) => (
            <option key={field.name} value={field.name}>
              {fieldName(field.name)}
              {field.required ? ' *' : ''}
            </option>
          ))}
        </select>
      </td>
      <td className={CELL}>
        {line.certainty !== null && (
          <span title={line.why ?? undefined} className={`flex items-center justify-between gap-1 ${line.doubtful ? 'text-warn' : 'text-muted'}`}>
            <span className="figures flex items-center gap-1">
              {percent(line.certainty, 0)}
              {line.doubtful && <CircleHelp size={14} aria-label="in doubt" />}
            </span>
            {line.doubtful && canEdit && (
              <Button small icon={<Check size={13} aria-hidden />} onClick={onConfirm} aria-label={`${words.confirm}: ${line.name}`}>
                {words.confirm}
              </Button>
            )}
          </span>
        )}
      </td>
    </tr>
  )
}
