/** Programs of one operation that return how they got out, or `in`. What they throw, or what ends them, counts as in. */
export const ISOLATE_PROBES: Readonly<Record<string, string>> = {
  'the globals of Node': `
    const names = ['process', 'require', 'Buffer', 'global', 'fetch', 'setTimeout', 'setInterval', 'setImmediate',
      'queueMicrotask', 'WebAssembly', 'Worker', 'structuredClone', 'importScripts', 'std', 'os', 'Bun', 'Deno', 'XMLHttpRequest']
    return names.filter((name) => typeof globalThis[name] !== 'undefined').join() || 'in'`,
  'modules of Node': `
    for (const name of ['fs', 'node:fs', 'child_process', 'std', 'os', 'file:///etc/passwd', '/etc/passwd', 'https://example.org/x.js', 'data:text/javascript,export default 1'])
      try { await import(name); return name } catch {}
    return 'in'`,
  'modules above its folder': `
    for (const name of ['../../../../etc/passwd', './../x.js', '..//main.mjs', './%2e%2e/x.js', '.\\\\..\\\\x'])
      try { await import(name); return name } catch {}
    return 'in'`,
  'the constructor of the host functions': `
    const found = await Promise.all([host.fetch, host.log, host.storage.get, host.model.complete].map((one) => one.constructor('return typeof process')()))
    return found.every((one) => one === 'undefined') ? 'in' : found.join()`,
  'the realm of the host, by its promises': `
    const promise = host.storage.get('x')
    const Function = promise.constructor.constructor
    return Function('return typeof process')() === 'undefined' ? 'in' : 'out'`,
  'the realm of the host, by its errors': `
    try { await host.fetch('no url') } catch (error) {
      return error.constructor.constructor('return typeof process')() === 'undefined' && !String(error.stack).includes('/packages/') ? 'in' : error.stack
    }`,
  'getters on what it asks with': `
    let asked = 0
    await host.fetch('http://example.org', { get method() { asked += 1; return 'GET' }, get headers() { throw new Error('x') } }).catch(() => 0)
    return 'in'`,
  'a proxy for what it asks with': `
    await host.storage.set(new Proxy({}, { get() { return () => 'x' } }), 'v').catch(() => 0)
    await host.fetch('http://example.org', new Proxy({}, { ownKeys: () => ['__proto__', 'method'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: { polluted: true } }) })).catch(() => 0)
    return 'in'`,
  'toJSON in every object': `
    Object.prototype.toJSON = () => ({ name: 'fetch', polluted: true })
    String.prototype.toJSON = () => { throw new Error('x') }
    await host.storage.get('x').catch(() => 0)
    return 'in'`,
  'the prototype of everything, by what it asks': `
    await host.fetch('http://example.org', JSON.parse('{"__proto__": {"polluted": true}, "headers": {"__proto__": {"polluted": "true"}, "constructor": "x"}}')).catch(() => 0)
    await host.storage.set('__proto__', JSON.stringify({ polluted: true })).catch(() => 0)
    return 'in'`,
  'the prototype of everything, by its result': `
    return JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "got": "in"}').got`,
  'another host function': `
    for (const name of ['exec', '__proto__', 'constructor', 'toString', 'callSkill'])
      if (host[name] !== undefined && !(name in Object.prototype)) return name
    return 'in'`,
  'replaced host functions': `
    try { host.fetch = () => 'out' } catch {}
    try { host.storage.get = () => 'out' } catch {}
    return (await host.storage.get('x')) === 'out' ? 'out' : 'in'`,
  'JSON that is replaced for the host': `
    JSON.stringify = () => '{"name":"exec"}'
    JSON.parse = () => ({ polluted: true })
    return (await host.storage.get('x')) === null ? 'in' : 'out'`,
  'then in every object': `
    Object.prototype.then = function (resolve) { resolve('out') }
    const got = await host.storage.get('x')
    delete Object.prototype.then
    return got === null || got === 'out' ? 'in' : 'out'`,
  'a name that is longer than all': `
    await host.storage.get('x'.repeat(4_000_000)).catch(() => 0)
    return 'in'`,
  'surrogates and zero bytes': `
    await host.storage.set('a\\0b\\ud800', '\\udfff\\0').catch(() => 0)
    await host.fetch('http://example.org/\\0', { headers: { 'a\\r\\nb': 'c\\r\\nd: e' } }).catch(() => 0)
    return 'in'`,
  'a header that is two': `
    try { await host.fetch('http://example.org', { headers: { x: 'a\\r\\nauthorization: b' } }); return 'out' } catch (error) { return error.code === 'invalid' ? 'in' : 'in' }`,
  'an address that is no web': `
    for (const url of ['file:///etc/passwd', 'data:,x', 'blob:x', 'ftp://x/', 'javascript:1', 'unix:/x', '//example.org', 'http://'])
      try { await host.fetch(url); return url } catch {}
    return 'in'`,
  'a method that is none': `
    for (const method of ['CONNECT', 'TRACE', 'get', 'GET / HTTP/1.1\\r\\nx: y', '__proto__'])
      try { await host.fetch('http://example.org', { method }); return method } catch {}
    return 'in'`,
  'an answer that another one gets': `
    const all = await Promise.all(['a', 'b', 'c'].map(async (key) => { await host.storage.set(key, key + 1); return [key, await host.storage.get(key)] }))
    return all.every(([key, got]) => got === key + 1) ? 'in' : 'out'`,
  'what an earlier call left': `
    const left = globalThis.left ?? Object.prototype.left
    globalThis.left = 'out'; Object.prototype.left = 'out'
    return left ?? 'in'`,
  'memory that is freed': `
    const buffer = new ArrayBuffer(64); const view = new Uint8Array(buffer, 0, 64)
    try { buffer.resize?.(0); structuredClone(buffer, { transfer: [buffer] }) } catch {}
    return view[0] === undefined || view[0] === 0 ? 'in' : 'out'`,
  'an array that shrinks while it is sorted': `
    const list = Array.from({ length: 1000 }, (_, i) => i)
    list.sort((a, b) => { list.length = 0; return a - b })
    const typed = new Uint8Array(1000); typed.sort(() => { try { typed.buffer.transfer?.(0) } catch {} return 1 })
    return 'in'`,
  'what the engine was made of': `
    const text = [Function.prototype.toString.call(host.fetch), new Error().stack].join()
    return /packages|node_modules|emscripten/.test(text) ? text : 'in'`,
  'code that is made at run time': `
    return new Function('return typeof process + typeof require')() === 'undefinedundefined' && (0, eval)('typeof process') === 'undefined' ? 'in' : 'out'`,
  'work after its result': `
    Promise.resolve().then(async () => { for (;;) await host.storage.get('late') })
    return 'in'`,
}
