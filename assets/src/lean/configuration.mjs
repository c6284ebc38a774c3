// What GOV.UK Frontend's components read from an element's data attributes, nested texts (data-i18n.*) too, without checking schemas at run time.
import { Component } from 'govuk-frontend/dist/govuk/component.mjs'

const configOverride = Symbol.for('configOverride')

class ConfigurableComponent extends Component {
  constructor ($root, given = {}) {
    super($root)
    const { defaults } = this.constructor
    const read = {}
    for (const [name, text] of Object.entries($root.dataset)) {
      const [first, second, third] = name.split('.')
      if (third) (read[first] ??= { ...defaults[first] })[second] = { ...read[first][second], [third]: text }
      else if (second) (read[first] ??= { ...defaults[first] })[second] = text
      else read[first] = text === 'true' || (text !== 'false' && (text && isFinite(text) ? Number(text) : text))
    }
    this.config = { ...defaults, ...given, ...this[configOverride](read), ...read }
  }

  [configOverride] () { return {} }
}

const validateConfig = () => []

export { ConfigurableComponent, configOverride, validateConfig }
