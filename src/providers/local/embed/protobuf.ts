/**
 * Writes protocol buffer messages (https://protobuf.dev/programming-guides/encoding/): just what an ONNX file
 * needs. Byte fields are kept by reference until `finish` puts all together.
 */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** A whole number of 0 or more. */
  int(field: number, value: number): this {
    return this.#tag(field, 0).#varint(value);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#tag(field, 5).#push(bytes);
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, 2).#varint(value.byteLength).#push(value);
  }

  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.#tag(field, 2).#varint(inner.#length).append(inner);
  }

  /** Takes over all fields of another message. */
  append(other: ProtobufWriter): this {
    for (const chunk of other.#chunks) this.#push(chunk);
    return this;
  }

  /** The message's bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(this.#length);
    let position = 0;
    for (const chunk of this.#chunks) {
      message.set(chunk, position);
      position += chunk.byteLength;
    }
    return message;
  }

  #tag(field: number, wireType: number): this {
    return this.#varint(field * 8 + wireType);
  }

  #varint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.byteLength;
    return this;
  }
}
