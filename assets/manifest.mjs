// Writes portal/static/vendor/manifest.json: what each built file is made of, with its hash.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json')).packages
const part = (name, licence) => ({ package: name, version: lock[`node_modules/${name}`].version, licence, tarball: lock[`node_modules/${name}`].integrity })
const made = {
  'portal.css': [part('govuk-frontend', 'MIT')],
  'portal.js': [part('govuk-frontend', 'MIT')],
  'type_ahead.js': [part('accessible-autocomplete', 'MIT')]
}
const files = {}
for (const [file, packages] of Object.entries(made)) {
  const bytes = readFileSync(`../portal/static/${file}`)
  files[file] = { sha256: createHash('sha256').update(bytes).digest('hex'), packages }
}
writeFileSync('../portal/static/vendor/manifest.json', JSON.stringify(files, null, 2) + '\n')
