/**
 * Headers that a skill never sets: what says where a request goes and who sends it, what belongs to the connection
 * (RFC 9110 section 7.6.1), and what Freehold says of itself.
 */
export const FORBIDDEN_HEADERS =
  /^(?:host|authorization|proxy-.*|cookie2?|set-cookie2?|x-freehold-.*|connection|keep-alive|te|trailer|transfer-encoding|upgrade|http2-settings|content-length|expect|forwarded|x-forwarded-.*|x-real-ip|via|accept-encoding|content-encoding|x-http-method(?:-override)?|x-method-override|x-original-url|x-rewrite-url)$/i
