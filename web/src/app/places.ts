import { type LinkProps, useRouter } from '@tanstack/react-router'

/** Where the program says that rows are: a page's name and what to filter by. */
export type Place = { page: string; filter?: Readonly<Record<string, string>> }

/** Turn a place into a link, or nothing while no page is there for it. A page reads of the filter what it knows. */
export function usePlaces(): (place: Place) => LinkProps | undefined {
  const { routesByPath } = useRouter()
  return ({ page, filter }) => {
    const to = `/${page}`
    return to in routesByPath ? ({ to, search: filter ?? {} } as LinkProps) : undefined
  }
}
