import { defineWords } from '../../../language/words.ts'

export const toolWords = defineWords('tools', {
  worked: {
    en: '{count, plural, =0 {Thought about it} one {# tool call} other {# tool calls}}',
    zh: '{count, plural, =0 {思考过程} other {# 次工具调用}}',
  },
  reasoning: { en: 'Reasoning', zh: '推理过程' },
  arguments: { en: 'Arguments', zh: '参数' },
  result: { en: 'Result', zh: '结果' },
  nothing: { en: 'Nothing came back.', zh: '没有返回内容。' },
  state: {
    en: '{state, select, asked {Waits for you} running {Running} done {Done} failed {Failed} invalid {Called wrongly} denied {Denied} expired {Nobody answered} timed_out {Took too long} other {Outcome not known}}',
    zh: '{state, select, asked {等待您的决定} running {运行中} done {完成} failed {失败} invalid {调用有误} denied {已拒绝} expired {无人答复} timed_out {超时} other {结果未知}}',
  },
  effect: {
    en: '{effect, select, read {Reads} write {Changes something} destructive {Deletes something} other {Sends something out}}',
    zh: '{effect, select, read {读取} write {更改数据} destructive {删除数据} other {向外发送}}',
  },
  untrusted: { en: 'from a source nobody vouches for', zh: '来自未经担保的来源' },
  askTitle: { en: 'May {tool} be called?', zh: '是否允许调用 {tool}？' },
  because: {
    en: '{because, select, always {This tool asks each time.} policy {A call with this effect needs your consent.} other {There is text in this conversation that nobody vouches for; it may have led the model to this call.}}',
    zh: '{because, select, always {此工具每次都会询问。} policy {有此作用的调用需要您同意。} other {对话中有未经担保的文本，模型可能受其影响而发起此调用。}}',
  },
  expires: { en: 'Waits until {at}; after that the call is not made.', zh: '等待至 {at}，之后将不再调用。' },
  once: { en: 'Allow once', zh: '允许一次' },
  always: { en: 'Always for this tool', zh: '始终允许此工具' },
  alwaysIn: { en: 'Always for {scope}', zh: '始终允许 {scope}' },
  deny: { en: 'Deny', zh: '拒绝' },
  noArguments: { en: 'It is called without arguments.', zh: '调用时不带参数。' },
})
