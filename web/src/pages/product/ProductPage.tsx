import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Fragment, lazy } from 'react'

import { useMay } from '../../api/me'
import { useKeys } from '../../app/keys'
import { Badge } from '../../parts/Badge'
import { Choice } from '../../parts/Choice'
import { Page } from '../../parts/Page'
import { Guarded, Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { Tabs } from '../../parts/Tabs'
import { Actions } from './Actions'
import { DecisionsTab } from './DecisionsTab'
import { KeyFigures } from './KeyFigures'
import { PricesTab } from './PricesTab'
import { type Product, productQuery, type Span, SPANS } from './queries'
import { ReviewsTab } from './ReviewsTab'
import { type TabName, TABS } from './route'
import { SalesTab } from './SalesTab'
import { StockTab } from './StockTab'
import { words } from './words'

const route = getRouteApi('/shell/catalog/$productId')
// Read when they are opened: the page is at the edge of what may be sent.
const ElasticityTab = lazy(() => import('./ElasticityTab').then((module) => ({ default: module.ElasticityTab })))
const ForecastTab = lazy(() => import('./ForecastTab').then((module) => ({ default: module.ForecastTab })))
const OF_DEMAND: ReadonlySet<TabName> = new Set(['forecast', 'elasticity'])
const OVER_TIME: ReadonlySet<TabName> = new Set(['prices', 'stock', 'sales', 'forecast'])
const SPAN_OPTIONS = SPANS.map((id) => ({ id, label: words.spans[id] }))

/** One product: what it costs and earns, where it stands among rivals, and how it came there. */
export function ProductPage() {
  const { productId } = route.useParams()
  const found = useQuery(productQuery(productId))
  const navigate = route.useNavigate()
  useKeys(words.title, [{ keys: 'Escape', label: words.back, run: () => void navigate({ to: '/catalog', search: {} }) }])
  if (found.error && !found.data) {
    return (
      <Page title={words.title}>
        <Problem error={found.error} onRetry={() => void found.refetch()} />
        <Link to="/catalog" search={{}} className="text-13 text-accent hover:underline">
          {words.back}
        </Link>
      </Page>
    )
  }
  const waiting = (
    <Page title={words.title}>
      <Skeleton lines={10} />
    </Page>
  )
  return found.data ? (
    <Guarded waiting={waiting}>
      <Loaded key={productId} id={productId} />
    </Guarded>
  ) : (
    waiting
  )
}

export type TabProps = { product: Product; span: Span }

function Loaded({ id }: { id: string }) {
  const product = useSuspenseQuery(productQuery(id)).data
  const { tab: asked = 'prices', span = '90d' } = route.useSearch()
  const may = useMay()
  const shown = TABS.filter((name) => !OF_DEMAND.has(name) || may('demand:read'))
  const tab = shown.includes(asked) ? asked : 'prices'
  const navigate = route.useNavigate()
  const change = (next: { tab?: TabName; span?: Span }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })
  return (
    <Page title={product.name} about={<About product={product} />} actions={<Actions product={product} />}>
      <KeyFigures id={id} currency={product.currency} />
      <div className="relative">
        <Tabs
          label={words.tabsLabel}
          value={tab}
          onChange={(next) => change({ tab: TABS.find((one) => one === next) })}
          tabs={shown.map((name) => ({
            id: name,
            label: words.tabs[name],
            content: name === tab && (
              <Guarded>
                <Content tab={name} product={product} span={span} />
              </Guarded>
            ),
          }))}
        />
        {OVER_TIME.has(tab) && <Choice label={words.span} value={span} options={SPAN_OPTIONS} onChange={(next) => change({ span: next })} className="absolute top-0 right-0" />}
      </div>
    </Page>
  )
}

function Content({ tab, ...props }: TabProps & { tab: TabName }) {
  if (tab === 'prices') return <PricesTab {...props} />
  if (tab === 'stock') return <StockTab {...props} />
  if (tab === 'sales') return <SalesTab {...props} />
  if (tab === 'forecast') return <ForecastTab {...props} />
  if (tab === 'elasticity') return <ElasticityTab {...props} />
  if (tab === 'reviews') return <ReviewsTab {...props} />
  return <DecisionsTab {...props} />
}

function About({ product }: { product: Product }) {
  const known = [product.category, product.brand, product.gtin && `GTIN ${product.gtin}`].filter(Boolean)
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      <span className="text-text">{product.sku}</span>
      {known.map((one) => (
        <Fragment key={one}>
          <span aria-hidden>·</span>
          <span>{one}</span>
        </Fragment>
      ))}
      {product.status === 'archived' && <Badge>{words.archived}</Badge>}
      {product.tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  )
}
