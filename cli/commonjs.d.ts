/** @param source as tsx has made it: one import a statement, without comments */
export function asWrittenForCommonJs(source: string): string;
