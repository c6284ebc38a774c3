// Enhancements for every page; each page works without them.
import { Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink } from './govuk.js'

document.documentElement.classList.add('js')
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

const kinds = { 'govuk-button': Button, 'govuk-character-count': CharacterCount, 'govuk-checkboxes': Checkboxes, 'govuk-error-summary': ErrorSummary, 'govuk-notification-banner': NotificationBanner, 'govuk-radios': Radios, 'govuk-skip-link': SkipLink }

export function enhance (root) {
  for (const [name, Component] of Object.entries(kinds)) {
    for (const element of root.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`)) {
      try { new Component(element) } catch (error) { console.warn(error.message) }
    }
  }
  const lists = root.querySelectorAll('select[data-type-ahead]')
  if (lists.length) typeAhead(lists)
}

// Long lists become a box to type in; the library is fetched only where there is one.
async function typeAhead (lists) {
  const address = document.body.dataset.typeAhead
  if (!address) return
  await new Promise((resolve, reject) => {
    if (window.accessibleAutocomplete) return resolve()
    const script = document.createElement('script')
    script.src = address
    script.onload = resolve
    script.onerror = reject
    document.head.append(script)
  })
  for (const select of lists) {
    if (!select.dataset.typeAheadReady) boxFor(select)
  }
}

// What is typed finds the options that start with it first, so that Tab or Enter takes the likeliest. A text that is no option chooses none.
function boxFor (select) {
  select.dataset.typeAheadReady = 'yes'
  const { id } = select
  const described = select.getAttribute('aria-describedby')
  const options = Array.from(select.options)
  const texts = options.filter((option) => option.value).map((option) => option.text)
  const rank = (text, typed) => text.startsWith(typed) ? 0 : text.includes(` ${typed}`) ? 1 : text.includes(typed) ? 2 : 3
  const source = (query, give) => {
    const typed = query.trim().toLowerCase()
    const ranked = texts.map((text) => ({ text, rank: rank(text.toLowerCase(), typed) }))
    give(ranked.filter((one) => one.rank < 3).sort((one, other) => one.rank - other.rank).map((one) => one.text))
  }
  const onConfirm = (text) => {
    const wanted = (text ?? document.getElementById(id).value).trim().toLowerCase()
    const found = options.find((option) => option.value && option.text.toLowerCase() === wanted) || options.find((option) => !option.value)
    if (!found || found.selected) return
    found.selected = true
    select.dispatchEvent(new Event('change', { bubbles: true }))
  }
  window.accessibleAutocomplete.enhanceSelectElement({ selectElement: select, source, onConfirm, defaultValue: select.value ? select.selectedOptions[0].text : '', showAllValues: true, displayMenu: 'overlay', confirmOnBlur: true, inputClasses: select.classList.contains('govuk-select--error') ? 'govuk-input--error' : null, tNoResults: () => 'Nothing found' })
  if (described) document.getElementById(id).addEventListener('focus', (event) => event.target.setAttribute('aria-describedby', described))
}

// Warns before an idle signed-in person is signed out; one press stays.
function watchIdle (body) {
  const minutes = Number(body.dataset.idleMinutes)
  if (!minutes) return
  let last = Date.now()
  let box = null
  const stay = async () => {
    last = Date.now()
    if (box) { box.remove(); box = null }
    await fetch(body.dataset.idleStay, { credentials: 'same-origin' })
  }
  for (const name of ['keydown', 'pointerdown']) document.addEventListener(name, () => { if (!box) last = Date.now() }, { passive: true })
  setInterval(() => {
    const left = minutes * 60 - (Date.now() - last) / 1000
    if (left <= 0) { location.assign(body.dataset.idleLeave); return }
    if (left < 300 && !box) {
      box = document.createElement('div')
      box.className = 'portal-idle'
      box.setAttribute('role', 'alertdialog')
      box.setAttribute('aria-label', 'You will be signed out soon')
      const text = document.createElement('p')
      text.textContent = 'For safety you will be signed out in less than 5 minutes. What you typed is kept.'
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'govuk-button govuk-button--secondary'
      button.textContent = 'Stay signed in'
      button.addEventListener('click', stay)
      box.append(text, button)
      document.body.append(box)
      button.focus()
    }
  }, 15000)
}

enhance(document)
watchIdle(document.body)
window.portalEnhance = enhance
document.documentElement.dataset.ready = 'yes'
