import { Activity, Database, FlaskConical, Gauge, type LucideIcon, Package, Scale, ScrollText, Settings, Store, Tag, Target } from 'lucide-react'

/**
 * The pages that the navigation, the palette and the g-keys offer. Whoever adds a page adds its line here and its route in
 * routes.tsx. `needs` hides it from those who may not read it.
 */
export type Destination = { to: string; title: string; icon: LucideIcon; key: string; needs?: string; words?: string }
export type DestinationGroup = { title: string; pages: readonly Destination[] }

export const NAVIGATION: readonly DestinationGroup[] = [
  {
    title: 'Work',
    pages: [
      { to: '/', title: 'Dashboard', icon: Gauge, key: 'd', words: 'home figures revenue' },
      { to: '/proposals', title: 'Proposals', icon: Tag, key: 'p', needs: 'prices:read', words: 'prices approve reject' },
      { to: '/policies', title: 'Policies', icon: Scale, key: 'l', needs: 'prices:read', words: 'rules limits kill switch halt' },
      { to: '/experiments', title: 'Experiments', icon: FlaskConical, key: 'x', needs: 'prices:read', words: 'tests a/b lot switchback power' },
    ],
  },
  {
    title: 'Data',
    pages: [
      { to: '/catalog', title: 'Catalog', icon: Package, key: 'c', needs: 'catalog:read', words: 'products stock costs' },
      { to: '/market', title: 'Market', icon: Store, key: 'm', needs: 'market:read', words: 'rivals competitors offers matches' },
      { to: '/accuracy', title: 'Accuracy', icon: Target, key: 'f', needs: 'demand:read', words: 'forecasts error bias wape coverage' },
      { to: '/data', title: 'Data', icon: Database, key: 'i', needs: 'imports:read', words: 'imports upload files csv lineage' },
    ],
  },
  {
    title: 'Shop',
    pages: [
      { to: '/audit', title: 'Audit', icon: ScrollText, key: 'a', needs: 'audit:read', words: 'journal history who changed export' },
      { to: '/settings', title: 'Settings', icon: Settings, key: 's', words: 'people users roles tokens password currency tax preferences' },
      { to: '/system', title: 'System', icon: Activity, key: 'y', needs: 'operations:read', words: 'requests errors latency queues jobs schedules cache' },
    ],
  },
]

/** The groups with what a person may see. */
export function destinationsFor(may: (permission: string) => boolean): readonly DestinationGroup[] {
  return NAVIGATION.map((group) => ({
    ...group,
    pages: group.pages.filter((page) => page.needs === undefined || may(page.needs)),
  })).filter((group) => group.pages.length > 0)
}
