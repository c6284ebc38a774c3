// Keeps what is typed on a page of a form: on the server a moment after typing stops, and while the server cannot be reached, encrypted, in this tab.
// Everything works without it: the page's own buttons do the same.
const form = document.querySelector('form[data-autosave]')
const box = form.querySelector('[data-saving]')
const aloud = box.querySelector('[role="status"]')
const place = `typed ${location.pathname}`
const PAUSE = 1000
const LONGEST = 8000
const AGAIN = 5000

const unsaved = new Set()
const standOn = new Map() // the version on which questions stand that were saved since the page was opened
let timer = 0
let since = 0
let saving = null
let state = ''
let waiting = false
let leaving = false

const isUnreachable = () => state === 'offline' || state === 'failed'
const hasUnsaved = () => unsaved.size || saving || [...form.querySelectorAll('[type=file]')].some((one) => one.files.length)

// Shows one of the page's own sentences. It is read aloud when it says something new, not every time something was saved.
function say (name, words) {
  const shown = box.querySelector(`[data-state="${name}"]`) || box.querySelector('[data-state="saved"]')
  for (const one of box.querySelectorAll('[data-state]')) one.hidden = one !== shown
  const hole = shown.querySelector('b')
  if (hole && words) hole.textContent = words
  if (name !== state) aloud.textContent = (shown.querySelector('p') || shown).textContent
  state = name
}

function controls (part) {
  return [...part.querySelectorAll('input, select, textarea')].filter((one) => one.name && one.type !== 'file')
}

// Only the questions that were changed, in the words the whole page would send.
function body () {
  const data = new URLSearchParams()
  for (const name of ['csrf_token', 'version', 'tab']) data.append(name, form.elements[name].value)
  if (unsaved.size) data.set('version', Math.min(...[...unsaved].map((part) => standOn.get(part) || form.elements.version.value)))
  for (const part of unsaved) {
    for (const one of controls(part)) if (one.checked || !/^(radio|checkbox)$/.test(one.type)) data.append(one.name, one.value)
  }
  return data
}

function changed ({ target }) {
  const part = target.closest('.portal-question')
  if (!part || target.type === 'file') return
  unsaved.add(part)
  since ||= Date.now()
  if (!saving) soon(Math.min(PAUSE, since + LONGEST - Date.now()))
}

function soon (wait) {
  clearTimeout(timer)
  timer = setTimeout(save, wait)
}

function save () {
  saving ||= send().finally(() => {
    saving = null
    if (unsaved.size && isUnreachable()) soon(AGAIN)
    else if (unsaved.size && since) soon(PAUSE)
  })
  return saving
}

async function send () {
  clearTimeout(timer)
  since = 0
  const sent = [...unsaved]
  const data = body()
  unsaved.clear()
  try {
    let answer = await post(data)
    if (answer.status === 400) {
      const fresh = await (await fetch(location.href)).text()
      data.set('csrf_token', form.elements.csrf_token.value = /name="csrf_token" value="([^"]+)/.exec(fresh)[1])
      answer = await post(data)
    }
    if (answer.redirected) return kept(sent, 'over')
    const told = await answer.json()
    if (answer.ok) {
      for (const part of sent) standOn.set(part, told.at)
      if (data.get('version') === form.elements.version.value) form.elements.version.value = told.version
      if (!unsaved.size) sessionStorage.removeItem(place)
      say(told.more ? await form.showMore?.() ? 'more' : 'next' : 'saved', told.saved_at)
    } else if (answer.status === 409 && told.clashes) kept(sent, 'clash', told.clashes[0])
    else kept(sent, { 401: 'out', 403: 'away' }[answer.status] || (answer.status < 500 ? 'refused' : 'failed'), told.message)
  } catch (error) {
    kept(sent, 'offline')
  }
}

const post = (data) => fetch(form.dataset.autosave, { method: 'POST', body: data, keepalive: `${data}`.length < 6e4, headers: { Accept: 'application/json' } })

function kept (sent, name, words) {
  for (const part of sent) unsaved.add(part)
  say(name, words)
  return stash()
}

// The copy in this tab can be opened only with a key that the server hands to whoever may open this page.
const key = () => crypto.subtle.importKey('raw', Uint8Array.from(atob(form.dataset.key), (one) => one.charCodeAt(0)), 'AES-GCM', false, ['encrypt', 'decrypt'])

async function stash () {
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const data = body()
    data.delete('csrf_token')
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), new TextEncoder().encode(data))
    sessionStorage.setItem(place, [...iv, ...new Uint8Array(sealed)])
  } catch (error) {} // then the open page is the only copy, and leaving it is warned of
}

// Puts a copy back and sends it as the page it was typed on, so that whoever wrote since then is not overwritten.
async function restore () {
  const copy = sessionStorage.getItem(place)
  if (!copy) return
  try {
    const bytes = Uint8Array.from(copy.split(','))
    const data = new URLSearchParams(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, await key(), bytes.slice(12))))
    for (const mark of form.querySelectorAll('[name^="_shown"]')) {
      if (!data.getAll(mark.name).includes(mark.value)) continue
      const part = mark.closest('.portal-question')
      for (const one of controls(part)) {
        const values = data.getAll(one.name)
        if (/^(radio|checkbox)$/.test(one.type)) one.checked = values.includes(one.value)
        else if (one !== mark) one.value = values[0] || ''
      }
      unsaved.add(part)
    }
    for (const name of ['version', 'tab']) form.elements[name].value = data.get(name)
  } catch (error) {}
  if (unsaved.size) save()
  else sessionStorage.removeItem(place)
}

// Going on waits until everything is kept; while the server cannot be reached the page stays.
async function submitting (event) {
  const { target, submitter } = event
  if (leaving || !(unsaved.size || saving || isUnreachable()) || !target.requestSubmit) { leaving = target === form; return }
  event.preventDefault()
  if (waiting) return
  waiting = true
  await save()
  waiting = false
  if (isUnreachable()) return
  leaving = true
  target.requestSubmit(submitter)
}

async function following (event) {
  const link = event.target.closest('a[href]:not([target], [download])')
  if (!link || !(unsaved.size || saving) || event.ctrlKey || event.metaKey || event.shiftKey || (link.hash && link.pathname === location.pathname)) return
  event.preventDefault()
  await save()
  location.assign(link.href)
}

form.addEventListener('input', changed)
form.addEventListener('change', changed)
document.addEventListener('submit', submitting)
document.addEventListener('click', following)
document.addEventListener('visibilitychange', () => { if (document.hidden && unsaved.size) save() })
addEventListener('offline', () => say('offline'))
addEventListener('online', () => unsaved.size ? save() : say('online'))
addEventListener('pageshow', () => { leaving = false })
addEventListener('beforeunload', (event) => { if (!leaving && hasUnsaved()) event.preventDefault() })
window.portalRestoring = restore()
