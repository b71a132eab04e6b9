import { Link } from '@tanstack/react-router'

import type { Entry } from './filtering'
import { words } from './words'

/** The page of what an entry is about, where it has one. */
export function SubjectLink({ entry: { subject_kind: kind, subject_id: id } }: { entry: Entry }) {
  const look = 'text-accent underline'
  switch (kind) {
    case 'product':
      return (
        <Link to="/catalog/$productId" params={{ productId: id }} search={{}} className={look}>
          {words.open}
        </Link>
      )
    case 'pricing_policy':
      return (
        <Link to="/policies" search={{ open: id }} className={look}>
          {words.open}
        </Link>
      )
    case 'pricing_run':
      return (
        <Link to="/proposals" search={{ run: id }} className={look}>
          {words.open}
        </Link>
      )
    case 'import':
      return (
        <Link to="/data/imports/$importId" params={{ importId: id }} className={look}>
          {words.open}
        </Link>
      )
    default:
      return null
  }
}
