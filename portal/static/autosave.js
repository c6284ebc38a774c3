// Keeps the long page while somebody types: a moment after the last change, and before the page is left. The Save button does the same without it.
const form = document.querySelector('form[data-autosave]')
const words = form?.querySelector('[data-autosave-words]')
const PAUSE = 1500
const LONGEST = 10000

let timer = null
let firstChange = 0
let saving = false
let again = false
let changed = false

function say (text) { words.textContent = text }

function body () {
  const data = new FormData(form)
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name)
  return new URLSearchParams(data)
}

function later () {
  changed = true
  firstChange ||= Date.now()
  clearTimeout(timer)
  timer = setTimeout(save, Math.max(0, Math.min(PAUSE, firstChange + LONGEST - Date.now())))
}

async function save () {
  if (saving) { again = true; return }
  saving = true
  firstChange = 0
  changed = false
  say('Saving…')
  try {
    const answer = await fetch(form.dataset.autosave, { method: 'POST', body: body(), credentials: 'same-origin', headers: { Accept: 'application/json' } })
    if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status))
    const told = await answer.json()
    form.elements.version.value = told.version
    if (told.clashes) say(`Somebody else changed “${told.clashes[0]}” too. Press Save to choose between both texts`)
    else if (told.more) say(await showMore() ? `Saved at ${told.saved_at}. More questions have appeared` : `Saved at ${told.saved_at}. More questions have appeared: press Save to see them`)
    else say(`Saved at ${told.saved_at}`)
  } catch (error) {
    changed = true
    say('Not saved. Check your connection: this page keeps what you typed and tries again')
    timer = setTimeout(save, LONGEST)
  }
  saving = false
  if (again) { again = false; later() }
}

const PARTS = '.portal-section, section[aria-labelledby], .portal-question'

function nameOf (part) { return part.id || part.getAttribute('aria-labelledby') || part.querySelector('input[name="_shown"]').value }

// Puts the questions that answers have called for where the page would show them, and touches nothing else. Says whether it could.
async function showMore () {
  try {
    const answer = await fetch(location.pathname, { credentials: 'same-origin', headers: { Accept: 'text/html' } })
    if (!answer.ok || answer.redirected) return false
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const here = new Map([...form.querySelectorAll(PARTS)].map((part) => [nameOf(part), part]))
    let added = false
    for (const part of fresh.querySelector('form[data-autosave]').querySelectorAll(PARTS)) {
      if (here.has(nameOf(part))) continue
      const copy = document.importNode(part, true)
      placeOf(part, here).after(copy)
      for (const one of [copy, ...copy.querySelectorAll(PARTS)]) here.set(nameOf(one), one)
      window.portalEnhance?.(copy)
      added = true
    }
    document.querySelector('.portal-contents').replaceWith(document.importNode(fresh.querySelector('.portal-contents'), true))
    return added
  } catch (error) {
    return false
  }
}

// What a new part comes after: the part before it, else the heading and words that its surroundings begin with.
function placeOf (part, here) {
  for (let one = part.previousElementSibling; one; one = one.previousElementSibling) {
    if (one.matches(PARTS) && here.has(nameOf(one))) return here.get(nameOf(one))
  }
  const parts = [...here.get(nameOf(part.parentElement.closest(PARTS))).children]
  const first = parts.findIndex((one) => one.matches(PARTS) || one.id.startsWith('end-'))
  return parts[(first < 0 ? parts.length : first) - 1]
}

if (form && words) {
  form.addEventListener('input', later)
  form.addEventListener('change', later)
  form.addEventListener('submit', () => { clearTimeout(timer); changed = false })
  window.addEventListener('beforeunload', (event) => { if (changed || saving) event.preventDefault() })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && changed) fetch(form.dataset.autosave, { method: 'POST', body: body(), credentials: 'same-origin', keepalive: true }).catch(() => {})
  })
}
