import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'

import { SearchFilter } from '../../parts/Filters'
import { Panel, Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { productsNamedQuery } from './queries'
import { words } from './words'

const route = getRouteApi('/shell/data')

/** The way from a product to the file and row that its values came from. */
export function FindOrigin() {
  const { find = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const found = useQuery(productsNamedQuery(find))
  return (
    <Panel title={words.lineage}>
      <div className="flex flex-wrap items-center gap-3">
        <SearchFilter
          label={words.lineageSearch}
          value={find}
          width={280}
          onChange={(text) => void navigate({ search: (before) => ({ ...before, find: text }), replace: true })}
        />
        <p className="text-13 text-muted">{words.lineageAbout}</p>
      </div>
      {find.length > 1 && (
        <div className="mt-3" aria-live="polite">
          {found.isPending && <Skeleton lines={2} />}
          {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
          {found.data?.items.length === 0 && <p className="text-13 text-muted">{words.lineageNone}</p>}
          <ul className="flex flex-wrap gap-x-6 gap-y-1 text-13">
            {found.data?.items.map((product) => (
              <li key={product.id}>
                <Link to="/data/lineage" search={{ kind: 'products', key: product.id }} className="hover:underline">
                  <span className="font-medium">{product.name}</span> <span className="text-muted">{product.sku}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  )
}
