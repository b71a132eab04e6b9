import { ChoiceFilter, Filters, SearchFilter } from '../../parts/Filters'
import { ACTORS, AREAS, type AuditSearch, isFiltered } from './filtering'
import { words } from './words'

const AREA_CHOICES = AREAS.map((value) => ({ value, label: words.areas[value] }))
const ACTOR_CHOICES = ACTORS.map((value) => ({ value, label: words.actors[value] }))

type AuditFiltersProps = { search: AuditSearch; onFilter: (change: Partial<AuditSearch>) => void; onClear: () => void }

/** What the entries are about, by whom, from which days, on which subject. */
export function AuditFilters({ search, onFilter, onClear }: AuditFiltersProps) {
  return (
    <Filters active={isFiltered(search)} onClear={onClear}>
      <ChoiceFilter label={words.area} value={search.area} choices={AREA_CHOICES} onChange={(area) => onFilter({ area })} />
      <ChoiceFilter label={words.actor} value={search.actor} choices={ACTOR_CHOICES} onChange={(actor) => onFilter({ actor })} />
      <DayFilter label={words.from} value={search.from} last={search.to} onChange={(from) => onFilter({ from })} />
      <DayFilter label={words.to} value={search.to} first={search.from} onChange={(to) => onFilter({ to })} />
      <SearchFilter label={words.subject} value={search.subject} onChange={(subject) => onFilter({ subject })} />
      {search.request && <span className="text-12 text-muted">{words.ofRequest}</span>}
    </Filters>
  )
}

type DayFilterProps = {
  label: string
  value: string | undefined
  first?: string
  last?: string
  onChange: (day: string | undefined) => void
}

function DayFilter({ label, value, first, last, onChange }: DayFilterProps) {
  return (
    <label className="inline-flex items-center gap-1.5 text-13 text-muted">
      {label}
      <input
        type="date"
        value={value ?? ''}
        min={first}
        max={last}
        onChange={(event) => onChange(event.target.value || undefined)}
        className="control text-text"
      />
    </label>
  )
}
