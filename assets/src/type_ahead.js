// A long list as a box to type in.
import accessibleAutocomplete from 'accessible-autocomplete'

// What is typed finds the options that start with it first, so that Tab or Enter takes the likeliest. A text that is no option chooses none.
export function boxFor (select) {
  if (select.dataset.typeAheadReady) return
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
  accessibleAutocomplete.enhanceSelectElement({ selectElement: select, source, onConfirm, defaultValue: select.value ? select.selectedOptions[0].text : '', showAllValues: true, displayMenu: 'overlay', confirmOnBlur: true, inputClasses: select.classList.contains('govuk-select--error') ? 'govuk-input--error' : null, tNoResults: () => 'Nothing found' })
  if (described) document.getElementById(id).addEventListener('focus', (event) => event.target.setAttribute('aria-describedby', described))
}
