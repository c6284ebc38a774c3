// The texts of a component: the right plural, its number written as the language writes it.
export class I18n {
  constructor (translations, { locale } = {}) {
    this.translations = translations
    this.locale = locale || document.documentElement.lang || 'en'
  }

  t (name, { count } = {}) {
    const text = this.translations[name]
    const words = text.other === undefined ? text : text[new Intl.PluralRules(this.locale).select(count)] ?? text.other
    return words.replace('%{count}', () => count.toLocaleString(this.locale))
  }
}
