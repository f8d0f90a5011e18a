'use strict'

// Packages of Debian, downloaded and unpacked beside, whatever this system is: nothing is installed. apt-get checks signatures
// with the archive's keys, so those have to be here.

const fs = require('node:fs')
const path = require('node:path')
const { folderOf } = require('./cache')
const { must } = require('./toolchain')

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg'
// Its musl is new enough for Node (1.2.4), its qemu is one file.
const SUITE = 'trixie'

/** A folder of apt's own, with its lists: for packages of both architectures. */
function configure(folder) {
  if (!fs.existsSync(KEYS)) throw new Error(`there is no ${KEYS}: install debian-archive-keyring`)
  for (const name of ['etc', 'state/lists/partial', 'cache/archives/partial'])
    fs.mkdirSync(path.join(folder, name), { recursive: true })
  const file = (name, text) => {
    fs.writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  file('etc/sources.list', `deb [signed-by=${KEYS}] http://deb.debian.org/debian ${SUITE} main\n`)
  const status = file('state/status', '')
  return file(
    'apt.conf',
    [
      `Dir::State "${folder}/state";`,
      `Dir::State::status "${status}";`,
      `Dir::Cache "${folder}/cache";`,
      `Dir::Etc "${folder}/etc";`,
      'APT::Architecture "amd64";',
      'APT::Architectures { "amd64"; "arm64"; };',
      'Acquire::Languages "none";',
      // Downloads go to the cache, which apt's own user cannot write to.
      `APT::Sandbox::User "${process.getuid() === 0 ? 'root' : ''}";`
    ].join('\n')
  )
}

/** The folder `name` of the cache with the packages' files. */
function unpacked(name, packages) {
  return folderOf(name, [SUITE, ...packages].join(' '), (folder) => {
    const apt = path.join(folder, 'apt')
    const options = {
      cwd: folder,
      env: { ...process.env, APT_CONFIG: configure(apt), DEBIAN_FRONTEND: 'noninteractive' }
    }
    must('apt-get', ['update', '-qq'], options)
    must('apt-get', ['download', '-qq', ...packages], options)
    for (const file of fs.readdirSync(folder).filter((file) => file.endsWith('.deb'))) {
      must('dpkg-deb', ['-x', file, path.join(folder, 'root')], options)
      fs.rmSync(path.join(folder, file))
    }
    fs.rmSync(apt, { recursive: true })
    // What is only in /usr is looked for in /lib too.
    fs.symlinkSync('usr/lib', path.join(folder, 'root', 'lib'))
  })
}

module.exports = { unpacked }
