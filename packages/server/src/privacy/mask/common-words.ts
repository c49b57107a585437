/** Names that are words as well, and words that stand in names: alone they say nothing of anybody. In small letters. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
  and von van der den del dos das the bin ibn ben abu san saint dr mr mrs ms miss sir prof doctor professor
  may will grace mark rose young king bill frank hope faith joy summer autumn april june august january march art chase
  chance dean drew gene grant guy hunter max miles nick pat ray rich rob sandy sky sue victor wade ward wood woods white
  black brown green gray grey blue gold silver long short rice price page park parks stone hill hills field fields banks
  bank bush cook baker best love day days church house major power powers sharp small strong swift story street wise worth
  english french german christian ford lane case cross carter case cash charity chip christmas clay cliff cloud constant
  dawn destiny earnest eve ever fair fisher flower forest fox free friend game gardener glass good guest hall hand head
  heath holiday iris ivy jade jewel job judge justice key knight lake land law lily link little lord low man mason mercy
  miller moon moor more new noble noon north south east west olive opal page pearl penny piper pool poole porter post
  prince princess queen read reed reader ring rivers river robin root ruby rush ruth sage sailor savage sea season self
  shepherd shore singer sky smart snow spring star stark start stay steel storm sunny taylor temple terry tiger town trace
  trip true turner venture violet walker wall walls water waters way weaver wells wild will win winter wolf world wright
  yes you your year user name admin customer client contact person people company office team support group service test
  example data info hello dear thanks thank please note report order account number email phone address date time
  monday tuesday wednesday thursday friday saturday sunday
  international national european american global university college school hospital city county state central
  `
    .trim()
    .split(/\s+/),
)
