'use strict'

// Windows programs on Linux: wine 10 in a Debian of its own, in a folder. Nothing is installed on the machine; making the
// Debian and changing into it takes root.

const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')

/** The Debian that has wine 10. */
const SUITE = 'trixie'
const PACKAGES = 'wine,wine64'

/** Its /proc and /dev are there only while a program runs, and everything that ran ends with it. */
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child']
const INSIDE = `
  mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && root=$1 && folder=$2 && shift 2 &&
  exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 WINEDEBUG=-all \\
    sh -c 'cd "$1" && shift && wine "$@" >/tmp/stdout 2>/tmp/stderr </dev/null; status=$?; wineserver -k; exit $status' sh "$folder" "$@"
`

class Wine {
  /** @param {string} folder where the Debian is, or will be */
  constructor(folder) {
    this.root = path.resolve(folder)
  }

  /** Makes what is not there yet; two minutes the first time. */
  ensure() {
    if (fs.existsSync(path.join(this.root, 'root', '.wine', 'system.reg'))) return
    if (process.getuid() !== 0) throw new Error('wine gets a Debian of its own: that takes root')
    fs.mkdirSync(this.root, { recursive: true })
    if (!fs.existsSync(path.join(this.root, 'usr', 'bin', 'wine'))) {
      console.log(`Making a Debian with wine in ${this.root} …`)
      execute('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, SUITE, this.root])
    }
    for (const file of ['hosts', 'resolv.conf'])
      fs.copyFileSync(`/etc/${file}`, path.join(this.root, 'etc', file))
    if (!this.run(['wineboot', '-i']).ok) throw new Error('wine does not start')
  }

  /**
   * Runs a program, whose first word is its file as it is called inside. Its output goes through files: of a pipe made by
   * Linux Node for Windows makes nothing.
   *
   * @param {string[]} command
   * @param {{ cwd?: string, timeout?: number }} [options]
   */
  run(command, { cwd = '/', timeout } = {}) {
    const args = [...NAMESPACES, 'sh', '-c', INSIDE, 'sh', this.root, cwd, ...command]
    // Asked to end, unshare waits for its child.
    const { status, error } = spawnSync('unshare', args, { stdio: 'inherit', timeout, killSignal: 'SIGKILL' })
    if (error && error.code !== 'ETIMEDOUT') throw error
    return { ok: status === 0, output: this.#read('stdout'), complaints: this.#read('stderr') }
  }

  #read(name) {
    return fs.readFileSync(path.join(this.root, 'tmp', name), 'utf8')
  }
}

/** Runs a command that must succeed; gives what it printed, if that was asked for. */
function execute(command, args, options) {
  const { status, error, stdout } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    ...options
  })
  if (error?.code === 'ENOENT') throw new Error(`${command} is missing, for example apt install ${command}`)
  if (error) throw error
  if (status !== 0) throw new Error(`${command} failed`)
  return stdout
}

module.exports = { Wine, execute }
