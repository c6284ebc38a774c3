// On the long page: puts the questions that answers have called for where the page would show them, and touches nothing else. Without it, saving shows them.
const form = document.querySelector('form[data-autosave]')
const PARTS = '.portal-section, section[aria-labelledby], .portal-question'

function nameOf (part) { return part.id || part.getAttribute('aria-labelledby') || part.querySelector('input[name="_shown"]').value }

// Says whether it could.
form.showMore = async () => {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: 'text/html' } })
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
