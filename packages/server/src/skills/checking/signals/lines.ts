/** Calls of languages that are not parsed. */
export const LINES: Readonly<Record<string, readonly string[]>> = {
  'py-listener': [
    String.raw`HTTPServer\(\s{0,2}\(|socketserver\.\w{3,24}\(|uvicorn\.run\(|app\.run\([^\n]{0,40}?(?:host|port|debug)|\.run\([^\n]{0,40}?transport\s{0,2}=\s{0,2}["'](?:sse|http|streamable-http)|python3? -m http\.server|web\.run_app\(`,
  ],
  'py-listener-open': [
    String.raw`(?:HTTPServer|uvicorn\.run|\.run|run_app|\.bind|TCPServer)\([^\n]{0,80}?["'](?:0\.0\.0\.0|::)["']`,
    String.raw`(?:HTTPServer|TCPServer|\.bind)\(\s{0,2}\(\s{0,2}["']["']`,
  ],
  'py-shell-injection': [
    String.raw`os\.(?:system|popen)\(\s{0,2}(?:f["']|["'][^"'\n]{0,120}["']\s{0,2}(?:%|\+|\.format)|\w{1,40}\s{0,2}\+)`,
    String.raw`subprocess\.\w{3,16}\(\s{0,2}(?:f["']|["'][^"'\n]{0,120}["']\s{0,2}(?:%|\+|\.format)|\w{1,40}\s{0,2}\+)[^\n]{0,120}?shell\s{0,2}=\s{0,2}True`,
  ],
  'py-query-injection': [
    String.raw`\.execute\(\s{0,2}f["']{1,3}\s{0,8}(?:select|insert|update|delete)[^\n]{0,160}?\{`,
    String.raw`\.execute\(\s{0,2}["'](?:select|insert|update|delete)[^\n"']{0,160}["']\s{0,2}(?:%|\+|\.format)`,
  ],
  'py-eval': [
    String.raw`(?:^|[\s=(,;])(?:eval|exec)\(\s{0,2}(?!["'])\w`,
    String.raw`pickle\.loads?\(|marshal\.loads\(|yaml\.load\((?![^\n]{0,80}?(?:Safe|CSafe)Loader)|yaml\.unsafe_load|jsonpickle\.decode|dill\.loads?\(`,
  ],
}
