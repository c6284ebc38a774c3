// “Why is this asked?” in place: the link's own page is fetched and its answer shown below the link. Without this the link leads there.
async function tell (link) {
  const known = link.parentElement.nextElementSibling
  if (known?.hasAttribute('data-why-told')) {
    known.hidden = !known.hidden
    link.setAttribute('aria-expanded', String(!known.hidden))
    return
  }
  const answer = await fetch(link.href, { credentials: 'same-origin' }).catch(() => null)
  const told = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('why') : null
  if (!told) { location.assign(link.href); return }
  told.removeAttribute('id')
  told.setAttribute('data-why-told', '')
  told.setAttribute('role', 'status')
  told.className = 'portal-why__told'
  link.parentElement.after(told)
  link.setAttribute('aria-expanded', 'true')
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-why]')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
  event.preventDefault()
  tell(link)
})
