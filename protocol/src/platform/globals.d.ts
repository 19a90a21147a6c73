/** The few globals of browsers and Node that this package uses. It is built without the DOM's and Node's types, so that using any other is an error. */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
interface ByteTransform {
  readonly readable: {
    getReader(): { read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }>; cancel(): Promise<void> };
  };
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
}
declare const CompressionStream: new (format: "deflate") => ByteTransform;
declare const DecompressionStream: new (format: "deflate") => ByteTransform;
