import { useQuery } from '@tanstack/react-query'
import { Bookmark, Download } from 'lucide-react'
import type { ComponentProps } from 'react'

import { Button } from '../../parts/Button'
import { deferred } from '../../parts/deferred'
import { type View, viewsQuery } from './queries'
import { type CatalogSearch, validate, viewOf } from './search'
import { words } from './words'

export type ViewsProps = { search: CatalogSearch; onView: (search: CatalogSearch) => void }
export type ExportProps = { search: CatalogSearch; total: number }
type ButtonProps = Omit<ComponentProps<typeof Button>, 'children'>

/** The view whose filter and order are those of the page. */
export function currentOf(views: readonly View[] | undefined, search: CatalogSearch): View | undefined {
  const here = JSON.stringify(viewOf(search))
  return views?.find((view) => JSON.stringify(viewOf(validate(view.content))) === here)
}

export function ViewsButton({ of: { search }, ...button }: { of: ViewsProps } & ButtonProps) {
  const views = useQuery(viewsQuery).data
  return (
    <Button {...button} icon={<Bookmark size={14} aria-hidden />}>
      {currentOf(views, search)?.name ?? words.views}
    </Button>
  )
}

export function ExportButton({ of: { total }, ...button }: { of: ExportProps } & ButtonProps) {
  return (
    <Button {...button} icon={<Download size={14} aria-hidden />} disabled={total === 0}>
      {words.export}
    </Button>
  )
}

export const ViewsMenu = deferred(() => import('./ViewsMenu').then((module) => module.ViewsMenu), ViewsButton)
export const ExportMenu = deferred(() => import('./ExportMenu').then((module) => module.ExportMenu), ExportButton)
