import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'

import { useMay } from '../../api/me'
import { api, read } from '../../api/client'
import { useKeys } from '../../app/keys'
import { announce, announceProblem } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Kbd } from '../../parts/Kbd'
import { figuresQuery, type Product } from './queries'
import { words } from './words'

const LINK = 'inline-flex h-8 items-center gap-1.5 rounded-6 px-3 text-13 font-medium'

/** What can be done with a product: propose a price, archive it, see where its values come from. */
export function Actions({ product }: { product: Product }) {
  const may = useMay()
  const navigate = useNavigate()
  const figures = useQuery(figuresQuery(product.id)).data
  const propose = usePropose(product.id)
  const archive = useArchive(product)
  const open = figures?.proposal_id ?? null
  const mayPropose = may('prices:propose') && product.status === 'active'
  const toProposal = () => void navigate({ to: '/proposals', search: { product: product.id, open: open ?? undefined } })
  useKeys(words.title, [
    { keys: 'p', label: open ? words.seeProposal : words.propose, run: () => (open ? toProposal() : propose.mutate()), off: !open && (!mayPropose || propose.isPending) },
  ])
  return (
    <>
      <Link to="/data/lineage" search={{ kind: 'products', key: product.id }} className={`${LINK} text-muted hover:bg-hover hover:text-text`} preload={false}>
        {words.origin}
      </Link>
      {may('catalog:write') && (
        <Button busy={archive.isPending} onClick={() => archive.mutate(product.status === 'active' ? 'archive' : 'restore')}>
          {product.status === 'active' ? words.archive : words.restore}
        </Button>
      )}
      {open ? (
        <Link to="/proposals" search={{ product: product.id, open }} className={`${LINK} border border-accent bg-accent text-accent-text hover:brightness-110`}>
          {words.seeProposal} <Kbd bare>P</Kbd>
        </Link>
      ) : (
        <Button kind="primary" keyName="P" busy={propose.isPending} disabled={!mayPropose} onClick={() => propose.mutate()}>
          {propose.isPending ? words.proposing : words.propose}
        </Button>
      )}
    </>
  )
}

/** Compute a price for this product alone. What comes of it is a proposal, or a reason why there is none. */
function usePropose(id: string) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => read(api.POST('/api/v1/prices/optimize', { body: { product_ids: [id] } })),
    onSuccess: async ({ proposals, run }) => {
      await Promise.all([client.invalidateQueries({ queryKey: ['products'] }), client.invalidateQueries({ queryKey: ['proposals'] })])
      if (run.halt_reason) announce(words.halted, { about: run.halt_reason })
      else if (proposals === 0) announce(words.noProposal, { about: words.noProposalAbout })
      else {
        announce(words.proposed)
        await navigate({ to: '/proposals', search: { product: id } })
      }
    },
    onError: announceProblem,
  })
}

/** Take it out of sale or put it back; the toast does the other. */
function useArchive(product: Product) {
  const client = useQueryClient()
  const path = { product_id: product.id }
  const set = (way: 'archive' | 'restore') =>
    way === 'archive'
      ? read(api.POST('/api/v1/catalog/products/{product_id}/archive', { params: { path } }))
      : read(api.POST('/api/v1/catalog/products/{product_id}/restore', { params: { path } }))
  const archive = useMutation({
    mutationFn: set,
    onSuccess: async (_, way) => {
      await client.invalidateQueries({ queryKey: ['products'] })
      const back = way === 'archive' ? 'restore' : 'archive'
      announce(`${product.name}: ${way === 'archive' ? 'archived' : 'on sale again'}`, { undo: () => archive.mutate(back) })
    },
    onError: announceProblem,
  })
  return archive
}
