import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPage } from './web-page.ts'

const url = new URL('https://docs.example.org/a/b')

test('links of a page are absolute, once each, and without those that say not to be followed', () => {
  const page = readPage(
    '<title> Two\n words </title><base href="/c/"><a href="d#x">1</a><a href="d">2</a><a rel="ugc nofollow" href="e">3</a><a href="//other.example/">4</a>',
    url,
  )
  assert.equal(page.title, 'Two words')
  assert.deepEqual(page.links, ['https://docs.example.org/c/d', 'https://other.example/'])
})

test('a page that says so is neither kept nor followed', () => {
  const page = readPage('<meta name="robots" content="noindex, nofollow"><a href="/x">x</a>', url)
  assert.deepEqual([page.mayKeep, page.links], [false, []])
})
