// On the page of both texts: one's own stands nowhere else yet, so leaving without choosing is warned of.
let settled = false
document.querySelector('form[action$="/settle"]').addEventListener('submit', () => { settled = true })
addEventListener('pageshow', () => { settled = false })
addEventListener('beforeunload', (event) => { if (!settled) event.preventDefault() })
