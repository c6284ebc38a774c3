// Enhancements for every page; each page works without them.
import { Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink } from './govuk.js'

document.documentElement.classList.add('js')
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

const kinds = { 'govuk-button': Button, 'govuk-character-count': CharacterCount, 'govuk-checkboxes': Checkboxes, 'govuk-error-summary': ErrorSummary, 'govuk-notification-banner': NotificationBanner, 'govuk-radios': Radios, 'govuk-skip-link': SkipLink }

function enhance (root) {
  for (const [name, Component] of Object.entries(kinds)) {
    for (const element of root.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`)) {
      try { new Component(element) } catch (error) { console.warn(error.message) }
    }
  }
  typeAhead(root)
}

// Long lists become a box to type in; what that needs is fetched only where there is one.
async function typeAhead (root) {
  const lists = root.querySelectorAll('select[data-type-ahead]')
  if (!lists.length) return
  const { boxFor } = await import(document.body.dataset.typeAhead)
  await window.portalRestoring // a copy of unsent typing, put back by saving.js
  lists.forEach(boxFor)
}

// Whoever has left, signed out or sent leaves no copy of unsent typing in this tab.
if ('forget' in document.body.dataset) sessionStorage.clear()
// The page's other scripts have run by then.
addEventListener('DOMContentLoaded', () => {
  enhance(document)
  document.documentElement.dataset.ready = 'yes'
})
window.portalEnhance = enhance
