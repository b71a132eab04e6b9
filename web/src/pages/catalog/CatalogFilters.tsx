import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { ChoiceFilter, Filters, SearchFilter } from '../../parts/Filters'
import { facetsQuery } from './queries'
import { BLANKS, type CatalogSearch, filtersIn, STATUSES, STOCKS } from './search'
import { words } from './words'

type CatalogFiltersProps = { search: CatalogSearch; onChange: (change: Partial<CatalogSearch>) => void }

const STATUS_CHOICES = STATUSES.map((value) => ({ value, label: words.statuses[value] }))
const STOCK_CHOICES = STOCKS.map((value) => ({ value, label: words.stocks[value] }))
const BLANK_CHOICES = BLANKS.map((value) => ({ value, label: words.blanks[value] }))
const NO_FILTER: Partial<CatalogSearch> = {
  q: undefined, category: undefined, brand: undefined, tag: undefined, status: undefined, stock: undefined, blank: undefined, from: undefined, to: undefined,
}

/** What is listed. Categories, brands and tags are read when somebody comes near their lists. */
export function CatalogFilters({ search, onChange }: CatalogFiltersProps) {
  const [near, setNear] = useState(false)
  const facets = useQuery({ ...facetsQuery, enabled: near }).data
  const listed = (values: readonly string[] | undefined, value: string | undefined) =>
    [...new Set([...(values ?? []), ...(value === undefined ? [] : [value])])].map((one) => ({ value: one, label: one }))
  return (
    <div onPointerEnter={() => setNear(true)} onFocusCapture={() => setNear(true)}>
      <Filters active={filtersIn(search) > 0} onClear={() => onChange(NO_FILTER)}>
        <SearchFilter width={196} label={words.search} value={search.q} onChange={(q) => onChange({ q })} />
        <ChoiceFilter label={words.category} value={search.category} choices={listed(facets?.categories, search.category)} onChange={(category) => onChange({ category })} />
        <ChoiceFilter label={words.brand} value={search.brand} choices={listed(facets?.brands, search.brand)} onChange={(brand) => onChange({ brand })} />
        {(search.tag !== undefined || (facets?.tags.length ?? 0) > 0) && (
          <ChoiceFilter label={words.tag} value={search.tag} choices={listed(facets?.tags, search.tag)} onChange={(tag) => onChange({ tag })} />
        )}
        <ChoiceFilter label={words.status} value={search.status} choices={STATUS_CHOICES} onChange={(status) => onChange({ status })} />
        <ChoiceFilter label={words.stock} value={search.stock} choices={STOCK_CHOICES} onChange={(stock) => onChange({ stock })} />
        <ChoiceFilter label={words.blank} value={search.blank} choices={BLANK_CHOICES} onChange={(blank) => onChange({ blank })} />
        <PriceFilter search={search} onChange={onChange} />
      </Filters>
    </div>
  )
}

/** Prices from and to; taken over when somebody leaves the box or presses Enter. */
function PriceFilter({ search, onChange }: CatalogFiltersProps) {
  const box = (name: 'from' | 'to', label: string) => (
    <input
      key={`${name} ${search[name] ?? ''}`}
      aria-label={`${label}, in the product’s currency`}
      placeholder={label}
      inputMode="decimal"
      defaultValue={search[name] ?? ''}
      className={`control ${name === 'from' ? 'w-[92px]' : 'w-16'} placeholder:text-muted ${search[name] ? 'border-accent' : ''}`}
      onBlur={(event) => {
        const value = event.target.value.trim().replace(',', '.') || undefined
        if (value !== search[name]) onChange({ [name]: value })
      }}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
  return (
    <span className="flex items-center gap-1">
      {box('from', 'Price from')}
      {box('to', 'to')}
    </span>
  )
}
