export function supervise(argv: readonly string[]): Promise<number>;
export function baseFolder(env: Readonly<Record<string, string | undefined>>, cwd: string): string;
