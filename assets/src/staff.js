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

watchIdle(document.body)
