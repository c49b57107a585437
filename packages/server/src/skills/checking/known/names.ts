/** Names of skills that imitators like, and publishers that they claim to be. */
export const WELL_KNOWN_SKILLS: readonly string[] = [
  'github', 'gmail', 'google-calendar', 'google-drive', 'google-workspace', 'slack', 'notion', 'linear', 'jira', 'confluence',
  'postgres', 'filesystem', 'playwright', 'puppeteer', 'browser-use', 'web-search', 'brave-search', 'tavily', 'firecrawl',
  'stripe', 'paypal', 'shopify', 'salesforce', 'hubspot', 'discord', 'telegram', 'whatsapp', 'twitter', 'youtube', 'spotify',
  'figma', 'canva', 'obsidian', 'apple-notes', 'apple-reminders', 'things-mac', 'todoist', 'trello', 'asana', 'clawhub',
  'openclaw', 'skill-creator', 'frontend-design', 'webapp-testing', 'mcp-builder', 'summarize', 'weather', 'docker', 'kubernetes',
  'terraform', 'aws-cli', 'azure-cli', 'cloudflare', 'vercel', 'supabase', 'sentry', 'datadog', 'grafana', 'polymarket', 'coinbase',
  'binance', 'metamask', 'phantom', 'solana', 'ethereum', 'web-fetch', 'sql-read-only', 'git-search', 'mail-send', 'code-search',
  'ocr-waybill', 'spreadsheet-calculation', 'order-demo', 'calendar-ics', 'http-json',
]
export const WELL_KNOWN_PUBLISHERS: readonly string[] = [
  'freehold', 'anthropic', 'openai', 'microsoft', 'google', 'github', 'cloudflare', 'vercel', 'stripe', 'atlassian', 'notion', 'slack',
  'figma', 'supabase', 'hashicorp', 'docker', 'amazon', 'alibaba', 'tencent', 'huawei', 'bytedance', 'huggingface', 'openclaw',
]
/** Packages of registries that imitators like. */
export const WELL_KNOWN_PACKAGES: readonly string[] = [
  'react', 'lodash', 'express', 'axios', 'chalk', 'commander', 'request', 'typescript', 'webpack', 'eslint', 'prettier', 'dotenv',
  'mongoose', 'fastify', 'puppeteer', 'playwright', 'node-fetch', 'cross-env', 'body-parser', 'jsonwebtoken', 'bcrypt', 'ethers', 'web3',
  'discord.js', 'openai', '@anthropic-ai/sdk', '@modelcontextprotocol/sdk', 'requests', 'numpy', 'pandas', 'scipy', 'flask', 'django',
  'fastapi', 'pydantic', 'beautifulsoup4', 'selenium', 'urllib3', 'cryptography', 'boto3', 'pillow', 'matplotlib', 'scikit-learn',
  'tensorflow', 'torch', 'transformers', 'colorama', 'python-dateutil', 'setuptools', 'anthropic', 'langchain', 'httpx', 'aiohttp',
]
