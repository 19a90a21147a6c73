/** The built files that pages name. ui/build.ts puts their hashed names here when it builds the server's bundle. */
export interface Assets {
  style: string;
  /** Fonts that every page needs at once. */
  fonts: readonly string[];
  /** By the name of the island. */
  islands: { readonly [name: string]: string };
}

declare const FREEHOLD_ASSETS: Assets;

export const assets: Assets = FREEHOLD_ASSETS;
