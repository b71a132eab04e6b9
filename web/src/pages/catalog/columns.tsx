import { Link } from '@tanstack/react-router'

import { Age } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { number } from '../../parts/format'
import { Money, Nothing } from '../../parts/Money'
import type { Column } from '../../parts/table'
import type { Product } from './rows'
import { words } from './words'

const NAME: Column<Product> = {
  id: 'name',
  header: 'Name',
  minWidth: 200,
  sort: (row) => row.name,
  cell: (row) => (
    <>
      <Link to="/catalog/$productId" params={{ productId: row.id }} search={{}} preload={false} className="font-medium hover:underline" title={row.name} tabIndex={-1}>
        {row.name}
      </Link>
      {row.status === 'archived' && <> <Badge>{words.statuses.archived}</Badge></>}
    </>
  ),
}
const PRICE: Column<Product> = {
  id: 'price',
  header: 'Price',
  width: 80,
  align: 'right',
  sort: (row) => row.price,
  cell: (row) => (
    <span className="font-medium">
      <Money value={row.price} currency={row.currency} />
    </span>
  ),
}
const TAGS: Column<Product> = {
  id: 'tags',
  header: 'Tags',
  width: 132,
  cell: (row) => (
    <span className="flex gap-1" title={row.tags.join(', ')}>
      {row.tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  ),
}

/** The columns, the ones that matter most first; those with `sort` are ordered by the server. */
export const COLUMNS: readonly Column<Product>[] = [
  NAME,
  { id: 'sku', header: 'SKU', width: 116, sort: (row) => row.sku, cell: (row) => <span className="text-muted" title={row.sku}>{row.sku}</span> },
  PRICE,
  { id: 'cost', header: 'Cost', about: 'Net, for one unit', width: 74, align: 'right', cell: (row) => <Money value={row.cost} currency={row.currency} /> },
  { id: 'inventory_level', header: 'Stock', width: 60, align: 'right', sort: (row) => row.inventory_level, cell: (row) => <Left level={row.inventory_level} /> },
  { id: 'bounds', header: 'Lowest – highest', about: 'No price outside is proposed', width: 148, align: 'right', cell: (row) => <Bounds row={row} /> },
  { id: 'category', header: 'Category', width: 132, sort: (row) => row.category, cell: (row) => (row.category === null ? <Nothing /> : <span title={row.category}>{row.category}</span>) },
  { id: 'brand', header: 'Brand', width: 100, sort: (row) => row.brand, cell: (row) => row.brand ?? <Nothing /> },
  { id: 'updated_at', header: 'Changed', width: 76, align: 'right', sort: (row) => row.updated_at, cell: (row) => <span className="text-muted"><Age at={row.updated_at} /></span> },
]

/** The same with tags, where there are any. */
export const TAGGED_COLUMNS: readonly Column<Product>[] = COLUMNS.toSpliced(6, 0, TAGS)

function Bounds({ row }: { row: Product }) {
  if (row.min_price === null && row.max_price === null) return <Nothing />
  return (
    <>
      <Money value={row.min_price} currency={row.currency} /> <span className="text-muted">–</span> <Money value={row.max_price} currency={row.currency} />
    </>
  )
}

function Left({ level }: { level: string | null }) {
  if (level === null) return <Nothing says="never counted" />
  const isOut = Number(level) <= 0
  return <span className={isOut ? 'font-medium text-bad' : ''}>{isOut ? 'out' : number(level)}</span>
}
