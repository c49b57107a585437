import type { MarkedToken, Token } from 'marked'
import type { ReactNode } from 'react'
import { Fragment } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { CitationMark } from './citation-mark.tsx'
import { decoded, safeAddress } from './links.ts'
import { MathsText } from './maths.tsx'
import type { Maths } from './parse.ts'
import { isMaths } from './parse.ts'

const words = defineWords('markdown-inline', {
  image: { en: 'Image, not loaded: {alt}', zh: '图片（未加载）：{alt}' },
})

/** The words of a block. */
export const Inline = ({ tokens }: { readonly tokens: readonly Token[] | undefined }): ReactNode =>
  tokens?.map((token, at) => (
    // oxlint-disable-next-line react/no-array-index-key -- words of one block never change places
    <InlineToken key={at} token={token} />
  ))

function InlineToken({ token }: { readonly token: Token | Maths }): ReactNode {
  if (isMaths(token)) return <MathsText maths={token} />
  // No other extension adds tokens of its own.
  const own = token as MarkedToken
  switch (own.type) {
    case 'text':
      return own.tokens ? <Inline tokens={own.tokens} /> : <Plain text={decoded(own.text)} />
    case 'escape':
      return decoded(own.text)
    case 'strong':
      return (
        <strong>
          <Inline tokens={own.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inline tokens={own.tokens} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Inline tokens={own.tokens} />
        </del>
      )
    case 'codespan':
      return <code>{own.text}</code>
    case 'br':
      return <br />
    case 'link': {
      const address = safeAddress(own.href)
      if (address === null) return own.raw
      return (
        <a href={address} target="_blank" rel="noopener noreferrer">
          <Inline tokens={own.tokens} />
        </a>
      )
    }
    case 'image':
      return <ImageText alt={own.text} address={own.href} />
    case 'html':
      return /^<br\s*\/?>$/i.test(own.raw) ? <br /> : own.raw
    default:
      return own.raw
  }
}

/** An image could carry what the model has read to somebody else: its address is read here, and never asked. */
function ImageText({ alt, address }: { readonly alt: string; readonly address: string }): ReactNode {
  const w = useWords(words)
  return (
    <span className="rounded-small bg-sunk px-1.5 py-0.5 text-small text-soft">
      {w('image', { alt: alt === '' ? '—' : alt })} <code dir="ltr">{address}</code>
    </span>
  )
}

const MARK = /\[(\d{1,3})\]/

function Plain({ text }: { readonly text: string }): ReactNode {
  const parts = text.split(MARK)
  if (parts.length === 1) return text
  return parts.map((part, at) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts of one text never change places
    <Fragment key={at}>{at % 2 === 1 ? <CitationMark n={Number(part)} /> : part}</Fragment>
  ))
}
