import type { Text } from '../../language/words.ts'

/** A screen that can be gone to by its name. */
export interface Place {
  readonly to: string
  readonly title: Text
  /** Other words that somebody may look for, in both languages. */
  readonly words: string
  /** It is offered to whoever has one of these; to everybody without any. */
  readonly powers?: readonly string[]
}

/** Every address of the app that needs no id. A screen that is not in here is found by nobody who searches. */
export const PLACES: readonly Place[] = [
  {
    to: '/chat',
    title: { en: 'Chat', zh: '对话' },
    words: 'conversation ask question message 聊天 提问 会话',
    powers: ['conversations'],
  },
  {
    to: '/chat/templates',
    title: { en: 'Prompt templates', zh: '提示词模板' },
    words: 'prompt snippet variables reuse 提示 模板 变量 复用',
    powers: ['conversations'],
  },
  {
    to: '/chat/memories',
    title: { en: 'Memory', zh: '记忆' },
    words: 'remember personalise custom instructions about me 记住 个性化 关于我',
    powers: ['conversations'],
  },
  {
    to: '/chat/import',
    title: { en: 'Import conversations', zh: '导入对话' },
    words: 'chatgpt openai open webui librechat export migrate move 迁移 导出 搬家',
    powers: ['conversations'],
  },
  {
    to: '/knowledge',
    title: { en: 'Knowledge', zh: '知识库' },
    words: 'documents files collections sources upload 文档 文件 资料 上传',
    powers: ['knowledge'],
  },
  {
    to: '/skills',
    title: { en: 'Skills', zh: '技能' },
    words: 'tools plugins actions mcp 工具 插件 操作',
    powers: ['skills'],
  },
  {
    to: '/skills/catalogue',
    title: { en: 'Catalogue of skills', zh: '技能目录' },
    words: 'install marketplace browse 安装 市场 浏览',
    powers: ['settings'],
  },
  {
    to: '/skills/approvals',
    title: { en: 'Approvals', zh: '批准' },
    words: 'allow deny pending inbox tool 允许 拒绝 待处理',
    powers: ['skills', 'conversations'],
  },
  {
    to: '/skills/reviews',
    title: { en: 'Reviews of skills', zh: '技能审核' },
    words: 'certification report permissions 认证 报告 权限',
    powers: ['settings'],
  },
  {
    to: '/skills/new',
    title: { en: 'New skill', zh: '新建技能' },
    words: 'openapi build yaml create 制作 创建',
    powers: ['settings'],
  },
  {
    to: '/trust',
    title: { en: 'Trust', zh: '信任' },
    words: 'privacy what left the building egress masked at home 隐私 外发 脱敏 出境',
  },
  {
    to: '/trust/ledger',
    title: { en: 'Ledger of requests', zh: '请求台账' },
    words: 'egress requests left outbound cost 外发 请求 出境 费用',
    powers: ['requests'],
  },
  {
    to: '/trust/simulator',
    title: { en: 'Where would this go?', zh: '会发往哪里？' },
    words: 'simulator route rule class dry run test 模拟 路由 规则 密级 试算',
  },
  {
    to: '/admin',
    title: { en: 'Administration', zh: '管理' },
    words: 'overview health checklist status 概览 健康 检查 状态',
    powers: ['settings', 'people', 'audit', 'keys', 'tenants', 'requests'],
  },
  {
    to: '/admin/settings',
    title: { en: 'Settings', zh: '设置' },
    words: 'configuration yaml keys values reload 配置 参数 选项',
    powers: ['settings'],
  },
  {
    to: '/admin/encryption',
    title: { en: 'Encryption', zh: '加密' },
    words: 'keys kek rotate root shred 密钥 轮换 根密钥 销毁',
    powers: ['settings'],
  },
  {
    to: '/admin/people',
    title: { en: 'People', zh: '人员' },
    words: 'users accounts invite members 用户 账户 邀请 成员',
    powers: ['people'],
  },
  {
    to: '/admin/groups',
    title: { en: 'Groups and roles', zh: '群组与角色' },
    words: 'roles permissions rights 角色 权限',
    powers: ['people'],
  },
  {
    to: '/admin/service-accounts',
    title: { en: 'Service accounts', zh: '服务账户' },
    words: 'robots machines oauth applications 机器 应用',
    powers: ['people'],
  },
  {
    to: '/admin/api-keys',
    title: { en: 'API keys of all', zh: '全部 API 密钥' },
    words: 'tokens revoke scopes 令牌 吊销',
    powers: ['keys-of-all'],
  },
  {
    to: '/admin/sign-in',
    title: { en: 'Sign-in and directory', zh: '登录与目录' },
    words: 'sso oidc saml ldap scim single sign-on 单点登录 目录 同步',
    powers: ['people'],
  },
  {
    to: '/admin/policies',
    title: { en: 'Policies', zh: '策略' },
    words: 'cedar rules who may allow forbid 规则 允许 禁止',
    powers: ['settings'],
  },
  {
    to: '/admin/tenants',
    title: { en: 'Tenants', zh: '租户' },
    words: 'organisations customers suspend 组织 客户 停用',
    powers: ['tenants'],
  },
  {
    to: '/admin/emergency',
    title: { en: 'Emergency access', zh: '应急访问' },
    words: 'break glass 破窗 紧急',
    powers: ['people'],
  },
  {
    to: '/admin/audit',
    title: { en: 'Audit', zh: '审计' },
    words: 'log events proof who did what verify 日志 事件 证明 核验',
    powers: ['audit'],
  },
  {
    to: '/admin/keeping',
    title: { en: 'Keeping and holds', zh: '保留与冻结' },
    words: 'retention legal hold erase export 保存期限 法律保全 删除 导出',
    powers: ['audit'],
  },
  {
    to: '/admin/usage',
    title: { en: 'Usage and budgets', zh: '用量与预算' },
    words: 'cost tokens limits spend 费用 额度 限额 令牌',
    powers: ['requests', 'settings', 'audit'],
  },
  {
    to: '/account',
    title: { en: 'Account and sign-in', zh: '账户与登录' },
    words:
      'password passkey authenticator api key sessions language look 密码 通行密钥 验证器 密钥 会话 语言 外观',
  },
  {
    to: '/start',
    title: { en: 'First steps', zh: '入门' },
    words: 'start tour welcome setup connect model 开始 引导 欢迎 设置 连接模型',
  },
]
