// One short error for all that GOV.UK Frontend's components may complain of: its long explanations are for developers.
class Fault extends Error {
  constructor (about) { super(about.identifier || about.moduleName || about) }
}
export { Fault as ConfigError, Fault as ElementError, Fault as InitError, Fault as SupportError }
