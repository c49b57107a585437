import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMultistatus } from './webdav.ts'

test('what a server lists is read whatever prefix it gives its names, and only what it found', () => {
  const xml = `<?xml version="1.0"?>
<D:multistatus xmlns:D="DAV:"><D:response><D:href>/a/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
<D:response><D:href>/a/b%20c.txt</D:href><D:propstat><D:prop><D:getetag>&quot;x&quot;</D:getetag><D:getcontentlength>7</D:getcontentlength></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><D:getlastmodified>never</D:getlastmodified></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response></D:multistatus>`
  assert.deepEqual(readMultistatus(xml), [
    { href: '/a/', isFolder: true, etag: '', length: '', modified: '' },
    { href: '/a/b%20c.txt', isFolder: false, etag: '"x"', length: '7', modified: '' },
  ])
})

test('an entity of the server is not looked up', () => {
  const xml = `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><multistatus><response><href>/&f;</href></response></multistatus>`
  assert.equal(readMultistatus(xml)[0]?.href, '/&f;')
})
