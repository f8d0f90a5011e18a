'use strict'

const { median } = require('./stats')

const COLUMNS = ['subject', 'value', 'p50 µs', 'p99 µs', 'CPU µs', 'MiB', 'calls', 'ratio']

/**
 * Medians over the rounds that count, per subject. `ratio`: how many times better the first subject is; `calls`: of the operating
 * system a message, if they were counted.
 */
function summarize(scenario, bySubject, calls) {
  const rows = Object.entries(bySubject).map(([subject, results]) => ({
    subject,
    value: median(results.map(({ value }) => value)),
    p50: median(results.map(({ p50 }) => p50 * 1000)),
    p99: median(results.map(({ p99 }) => p99 * 1000)),
    cpu: median(results.map(({ cpu }) => cpu)),
    peak: median(results.map(({ peak }) => peak)),
    ...(calls && { calls: calls[subject] })
  }))
  const [first] = rows
  for (const row of rows) {
    row.ratio = scenario.better === 'more' ? first.value / row.value : row.value / first.value
  }
  return rows
}

function number(value) {
  const digits = value >= 1000 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A table in plain text. */
function table(scenario, rows) {
  const cells = rows.map(({ subject, value, p50, p99, cpu, peak, calls, ratio }) => [
    subject,
    number(value),
    number(p50),
    number(p99),
    number(cpu),
    Math.round(peak).toString(),
    calls === undefined ? '–' : number(calls),
    `${number(ratio)}×`
  ])
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column].length))
  )
  const line = (row) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('   ')
  return [
    `${scenario.title}: value = ${scenario.unit}, ${scenario.better} is better; CPU and peak memory of both processes`,
    line(COLUMNS),
    ...cells.map(line)
  ].join('\n')
}

module.exports = { summarize, table }
