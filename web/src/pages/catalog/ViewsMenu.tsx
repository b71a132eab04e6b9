import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2, Users } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'

import { api, read } from '../../api/client'
import { announce, announceProblem } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { Menu, MenuItem } from './Menu'
import { PAGE, type View, viewsQuery } from './queries'
import { type CatalogSearch, validate, viewOf } from './search'
import { currentOf, ViewsButton, type ViewsProps } from './menus'
import { words } from './words'

/** Saved views: one's own and those of colleagues. A view is the filter and order under a name. */
export function ViewsMenu({ search, onView, defaultOpen }: ViewsProps & { defaultOpen?: boolean }) {
  const views = useQuery(viewsQuery)
  const [saving, setSaving] = useState(false)
  const forget = useForget()
  const current = currentOf(views.data, search)
  return (
    <>
      <Menu defaultOpen={defaultOpen} trigger={<ViewsButton of={{ search, onView }} />}>
        {views.data?.length === 0 && <DropdownMenu.Label className="px-2 py-1.5 text-13 text-muted">{words.noViews}</DropdownMenu.Label>}
        {views.error && <DropdownMenu.Label className="px-2 py-1.5 text-13 text-bad">{views.error.message}</DropdownMenu.Label>}
        {views.data?.map((view) => (
          <MenuItem key={view.id} onSelect={() => onView(validate(view.content))}>
            <span className={`min-w-0 flex-1 truncate ${view.id === current?.id ? 'font-medium' : ''}`}>{view.name}</span>
            {view.shared && <Users size={13} aria-label="shared" className="text-muted" />}
          </MenuItem>
        ))}
        <DropdownMenu.Separator className="my-1 border-t border-line" />
        <MenuItem onSelect={() => setSaving(true)}>{words.saveView}…</MenuItem>
        {current?.mine && (
          <MenuItem className="text-bad" onSelect={() => forget(current)}>
            <Trash2 size={14} aria-hidden />
            {words.deleteView}
          </MenuItem>
        )}
      </Menu>
      {saving && <SaveDialog search={search} onClose={() => setSaving(false)} />}
    </>
  )
}

function useForget() {
  const client = useQueryClient()
  const refresh = () => void client.invalidateQueries({ queryKey: viewsQuery.queryKey })
  const keep = useMutation({
    mutationFn: ({ name, content, shared }: View) => read(api.POST('/api/v1/views', { body: { page: PAGE, name, content, shared } })),
    onSettled: refresh,
    onError: announceProblem,
  })
  const remove = useMutation({
    mutationFn: (view: View) => read(api.DELETE('/api/v1/views/{view_id}', { params: { path: { view_id: view.id } } })),
    onSettled: refresh,
    onSuccess: (_, view) => announce(`View “${view.name}” deleted`, { undo: () => keep.mutate(view) }),
    onError: announceProblem,
  })
  return (view: View) => remove.mutate(view)
}

function SaveDialog({ search, onClose }: { search: CatalogSearch; onClose: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = async () => {
    await read(api.POST('/api/v1/views', { body: { page: PAGE, name: name.trim(), content: viewOf(search), shared } }))
    await client.invalidateQueries({ queryKey: viewsQuery.queryKey })
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={words.saveView}>
      <Form onSubmit={save}>
        {({ errors, busy }) => (
          <>
            <Field label={words.viewName} error={errors.name}>
              {(props) => <input {...props} className="control w-full" autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <label className="flex items-center gap-2 text-13">
              <input type="checkbox" className="size-4 accent-accent" checked={shared} onChange={(event) => setShared(event.target.checked)} />
              {words.shareView}
            </label>
            <DialogActions>
              <Button onClick={onClose}>Cancel</Button>
              <Button kind="primary" type="submit" busy={busy} disabled={name.trim() === ''}>
                Save
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}
