import { useState } from 'react'

import { Button } from '../../parts/Button'
import { assign, fix, type Mapping } from './mapping'
import { fieldName, words } from './words'

type MissingFieldsProps = {
  groups: readonly string[][]
  columns: readonly string[]
  mapping: Mapping
  onChange: (mapping: Mapping) => void
  canEdit: boolean
}

/** What every row needs and nothing becomes yet: a column, or one value for all rows. */
export function MissingFields({ groups, columns, mapping, onChange, canEdit }: MissingFieldsProps) {
  return (
    <ul role="alert" className="flex flex-col gap-2 border-b border-line bg-bad-soft px-4 py-2.5 text-13">
      {groups.map((group) => (
        <li key={group.join(' ')}>
          <One group={group} columns={columns} onColumn={(field, column) => onChange(assign(mapping, column, field))} onValue={(field, value) => onChange(fix(mapping, field, value))} canEdit={canEdit} />
        </li>
      ))}
    </ul>
  )
}

type OneProps = {
  group: readonly string[]
  columns: readonly string[]
  onColumn: (field: string, column: string) => void
  onValue: (field: string, value: string) => void
  canEdit: boolean
}

function One({ group, columns, onColumn, onValue, canEdit }: OneProps) {
  const [field, setField] = useState(group[0] ?? '')
  const [value, setValue] = useState('')
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="font-medium text-bad">{words.missingTitle}</span>
      {group.length === 1 ? (
        <span className="font-medium">{fieldName(field)}</span>
      ) : (
        <select aria-label="Field" className="control h-7" value={field} onChange={(event) => setField(event.target.value)}>
          {group.map((name) => (
            <option key={name} value={name}>{fieldName(name)}</option>
          ))}
        </select>
      )}
      <select
        aria-label={`${words.chooseColumn}: ${fieldName(field)}`}
        className="control h-7 max-w-48"
        value=""
        disabled={!canEdit}
        onChange={(event) => onColumn(field, event.target.value)}
      >
        <option value="">{words.chooseColumn}</option>
        {columns.map((column) => (
          <option key={column} value={column}>{column}</option>
        ))}
      </select>
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (value.trim()) onValue(field, value.trim())
        }}
      >
        <input
          aria-label={`${fieldName(field)}, ${words.constant}`}
          placeholder={`or ${words.constant}`}
          className="control h-7 w-52"
          value={value}
          onChange={(event) => setValue(event.target.value)}
          disabled={!canEdit}
        />
        {value.trim() !== '' && <Button small type="submit">Set</Button>}
      </form>
    </div>
  )
}
