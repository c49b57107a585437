interface Host {
  mail(message: object): Promise<{ readonly accepted: readonly string[] }>
  readonly settings: Readonly<Record<string, string | number>>
}

export async function send_mail(
  { to, subject, text }: { to: string; subject: string; text: string },
  host: Host,
): Promise<object> {
  const { host: name, port, from } = host.settings
  return await host.mail({ url: `smtp://${name}:${port}`, from, to: [to], subject, text })
}
