import { parentPort, workerData } from 'node:worker_threads'
import type { TermMatrix } from './latent-training.ts'
import { trainLatent } from './latent-training.ts'

// One matrix, and the thread ends. What it is given comes from the search thread alone.
parentPort?.postMessage(trainLatent(workerData as TermMatrix), [])
