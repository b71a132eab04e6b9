import { Skeleton } from '../parts/Panel'

/** In the place of a page that is on its way. */
export function PageWaiting() {
  return (
    <main className="p-6">
      <Skeleton lines={10} />
    </main>
  )
}
