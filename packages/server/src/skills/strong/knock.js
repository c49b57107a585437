// Runs in the network of a box, as a program of ours: knocks where the program in it listens, and tells what came back.
// Its one argument: `{places: [{host, port}], requests: [text], waitMs}`. One line of JSON for each answer.
import { connect } from 'node:net'

const MOST = 2048
const { places, requests, waitMs } = JSON.parse(process.argv[2])

const answerOf = ({ host, port }, request) =>
  new Promise((resolve) => {
    let heard = ''
    const socket = connect({ host, port })
    const over = () => {
      socket.destroy()
      resolve(heard)
    }
    socket.setTimeout(waitMs, over)
    socket.once('connect', () => socket.write(request))
    socket.on('data', (piece) => {
      heard += piece.toString('latin1')
      if (heard.length >= MOST || heard.includes('\r\n\r\n')) over()
    })
    socket.once('error', over)
    socket.once('close', over)
  })

for (const [at, place] of places.entries()) {
  for (const [request, text] of requests.entries()) {
    const heard = (await answerOf(place, text)).slice(0, MOST)
    process.stdout.write(`${JSON.stringify({ place: at, request, heard })}\n`)
  }
}
