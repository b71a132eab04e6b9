import { Link } from '@tanstack/react-router'

import { Age } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { number } from '../../parts/format'
import { Money, Nothing } from '../../parts/Money'
import type { Column } from '../../parts/table'
import type { Product } from './rows'
import { words } from './words'

/** The columns; those with `sort` are ordered by the server. */
export const COLUMNS: readonly Column<Product>[] = [
  { id: 'sku', header: 'SKU', width: 124, sort: (row) => row.sku, cell: (row) => <span className="text-muted">{row.sku}</span> },
  {
    id: 'name',
    header: 'Name',
    minWidth: 220,
    sort: (row) => row.name,
    cell: (row) => (
      <>
        <Link to="/catalog/$productId" params={{ productId: row.id }} search={{}} preload={false} className="font-medium hover:underline" title={row.name} tabIndex={-1}>
          {row.name}
        </Link>
        {row.status === 'archived' && <> <Badge>{words.statuses.archived}</Badge></>}
        {row.tags.map((tag) => (
          <span key={tag} className="ml-1.5">
            <Badge>{tag}</Badge>
          </span>
        ))}
      </>
    ),
  },
  { id: 'brand', header: 'Brand', width: 108, sort: (row) => row.brand, cell: (row) => row.brand ?? <Nothing /> },
  { id: 'category', header: 'Category', width: 132, sort: (row) => row.category, cell: (row) => row.category ?? <Nothing /> },
  {
    id: 'price',
    header: 'Price',
    width: 88,
    align: 'right',
    sort: (row) => row.price,
    cell: (row) => (
      <span className="font-medium">
        <Money value={row.price} currency={row.currency} />
      </span>
    ),
  },
  { id: 'cost', header: 'Cost', about: 'Net, for one unit', width: 84, align: 'right', cell: (row) => <Money value={row.cost} currency={row.currency} /> },
  { id: 'min_price', header: 'Lowest', about: 'No price below it is proposed', width: 84, align: 'right', cell: (row) => <Money value={row.min_price} currency={row.currency} /> },
  { id: 'max_price', header: 'Highest', about: 'No price above it is proposed', width: 88, align: 'right', cell: (row) => <Money value={row.max_price} currency={row.currency} /> },
  { id: 'inventory_level', header: 'Stock', width: 76, align: 'right', sort: (row) => row.inventory_level, cell: (row) => <Left level={row.inventory_level} /> },
  { id: 'updated_at', header: 'Changed', width: 80, align: 'right', sort: (row) => row.updated_at, cell: (row) => <span className="text-muted"><Age at={row.updated_at} /></span> },
]

function Left({ level }: { level: string | null }) {
  if (level === null) return <Nothing says="never counted" />
  const isOut = Number(level) <= 0
  return <span className={isOut ? 'font-medium text-bad' : ''}>{isOut ? 'out' : number(level)}</span>
}
