/**
 * Hosts whose installation scripts are widely known, with a path where others publish there too. A script of theirs that
 * is given to a shell is shown and no more.
 */
export const INSTALLER_HOSTS: readonly string[] = [
  'astral.sh', 'sh.rustup.rs', 'get.docker.com', 'bun.sh', 'bun.com', 'deno.land', 'get.pnpm.io', 'ollama.com', 'ollama.ai',
  'claude.ai', 'cursor.com', 'fly.io', 'install.python-poetry.org', 'bootstrap.pypa.io', 'get.helm.sh', 'tailscale.com',
  'cli.github.com', 'sdk.cloud.google.com', 'aka.ms', 'get.volta.sh', 'starship.rs', 'mise.run', 'mise.jdx.dev', 'dl.yarnpkg.com',
  'deb.nodesource.com', 'rpm.nodesource.com', 'get.k3s.io', 'taskfile.dev', 'just.systems', 'foundry.paradigm.xyz', 'openclaw.ai',
  'get.sdkman.io', 'nixos.org', 'install.determinate.systems', 'get.scoop.sh', 'community.chocolatey.org', 'chocolatey.org',
  'yarnpkg.com', 'get.activated.win', 'cli.doppler.com', 'cli.netlify.com', 'railway.app', 'railway.com', 'supabase.com',
  'vercel.com', 'sentry.io', 'cloudflare.com', 'hashicorp.com', 'amazonaws.com/awscli', 'get.pulumi.com', 'pixi.sh', 'pyenv.run',
  'get.rvm.io', 'ghcup.haskell.org', 'get-ghcup.haskell.org', 'install.julialang.org', 'sh.release.flox.dev', 'opencode.ai',
  'app.factory.ai', 'release.anza.xyz', 'release.solana.com', 'get.docker.io', 'repo.anaconda.com', 'micro.mamba.pm',
  'modal.com', 'lmstudio.ai', 'k6.io', 'grafana.com', 'datadoghq.com', 'newrelic.com', 'stripe.com',
  'elastic.co', 'packages.microsoft.com', 'dl.google.com', 'gitee.com/mirrors',
  'raw.githubusercontent.com/homebrew', 'raw.githubusercontent.com/nvm-sh', 'raw.githubusercontent.com/ohmyzsh',
  'raw.githubusercontent.com/helm', 'raw.githubusercontent.com/microsoft', 'raw.githubusercontent.com/google',
  'raw.githubusercontent.com/anthropics', 'raw.githubusercontent.com/openai', 'raw.githubusercontent.com/github',
  'raw.githubusercontent.com/aquasecurity', 'raw.githubusercontent.com/anchore', 'raw.githubusercontent.com/rhysd',
  'raw.githubusercontent.com/golangci', 'raw.githubusercontent.com/pyenv', 'raw.githubusercontent.com/kubernetes',
  'raw.githubusercontent.com/k3d-io', 'raw.githubusercontent.com/argoproj', 'raw.githubusercontent.com/istio',
  'raw.githubusercontent.com/docker', 'raw.githubusercontent.com/aws', 'raw.githubusercontent.com/hashicorp',
  'raw.githubusercontent.com/terraform-linters', 'raw.githubusercontent.com/junegunn', 'raw.githubusercontent.com/zimfw',
  'raw.githubusercontent.com/vercel', 'raw.githubusercontent.com/supabase', 'raw.githubusercontent.com/cloudflare',
  'anchore.io', 'trufflesecurity.com', 'semgrep.dev', 'snyk.io', 'trivy.dev',
]
