// Bundles assets/src into portal/static. Three inner parts of GOV.UK Frontend are swapped for leaner ones of ours (src/lean): its components stay as released.
import { fileURLToPath } from 'node:url'
import esbuild from 'esbuild'

const LEAN = { 'common/configuration.mjs': 'configuration.mjs', 'errors/index.mjs': 'errors.mjs', 'i18n.mjs': 'i18n.mjs' }

const lean = {
  name: 'lean',
  setup (build) {
    build.onResolve({ filter: /(configuration|errors\/index|i18n)\.mjs$/ }, ({ path, importer }) => {
      const found = importer.includes('/govuk-frontend/') && Object.keys(LEAN).find((one) => path.endsWith(one))
      return found ? { path: fileURLToPath(new URL(`src/lean/${LEAN[found]}`, import.meta.url)) } : undefined
    })
  }
}

await esbuild.build({
  entryPoints: ['portal', 'staff', 'saving', 'more_questions', 'type_ahead', 'unsettled', 'why'].map((name) => `src/${name}.js`),
  outdir: '../portal/static',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2021',
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [lean]
})
