// Gate of the mini-program: every template passes WeChat's own compiler, and the package fits.
const compiler = require('miniprogram-compiler')
const fs = require('fs')
const path = require('path')

const MAIN_PACKAGE_BYTES = 2 * 1024 * 1024 // WeChat's limit for the main package

const bytesIn = (folder) =>
  fs.readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const full = path.join(folder, entry.name)
    return sum + (entry.isDirectory() ? bytesIn(full) : fs.statSync(full).size)
  }, 0)

const folder = process.argv[2]
compiler.wxmlToJs(folder) // throws with file, line and column

const bytes = bytesIn(folder)
if (bytes > MAIN_PACKAGE_BYTES) throw new Error(`main package is too big: ${bytes} bytes`)
console.log(`wxml ok, ${bytes} of ${MAIN_PACKAGE_BYTES} bytes`)
